/** Namespaces of a PSKC document (RFC 6030 §4, §6). */
export const pskc = "urn:ietf:params:xml:ns:keyprov:pskc";
export const dsig = "http://www.w3.org/2000/09/xmldsig#";
export const dsigMore = "http://www.w3.org/2001/04/xmldsig-more#";
export const xenc = "http://www.w3.org/2001/04/xmlenc#";
export const xenc11 = "http://www.w3.org/2009/xmlenc11#";
export const pkcs5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#";
