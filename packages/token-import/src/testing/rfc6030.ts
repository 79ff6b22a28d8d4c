/**
 * The examples of RFC 6030, composed from the values that its figures print: key ids, serial numbers, ciphertexts, MACs,
 * salt and rounds. What lies around them is PSKC's own structure (§4).
 */

const pskc = "urn:ietf:params:xml:ns:keyprov:pskc";
const xenc = "http://www.w3.org/2001/04/xmlenc#";
const dsig = "http://www.w3.org/2000/09/xmldsig#";

export function container(inside: string, version = "1.0"): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="${version}" Id="exampleID1" xmlns="${pskc}" xmlns:xenc="${xenc}" xmlns:ds="${dsig}">${inside}</KeyContainer>`;
}

export type PackageParts = {
  readonly serial?: string;
  readonly id?: string;
  readonly algorithm?: string;
  readonly parameters?: string;
  readonly data?: string;
  readonly policy?: string;
};

/** "12345678901234567890" in ASCII, as in figures 5 and 10. */
export const plainSecret = "<Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=\n </PlainValue></Secret>";
export const zeroCounter = "<Counter><PlainValue>0</PlainValue></Counter>";
export const eightDigits = '<ResponseFormat Length="8" Encoding="DECIMAL"/>';

export function keyPackage({
  serial = "987654321",
  id = "12345678",
  algorithm = `${pskc}:hotp`,
  parameters = eightDigits,
  data = plainSecret + zeroCounter,
  policy = "",
}: PackageParts = {}): string {
  return `
  <KeyPackage>
    <DeviceInfo><Manufacturer>Manufacturer</Manufacturer><SerialNo>${serial}</SerialNo></DeviceInfo>
    <CryptoModuleInfo><Id>CM_ID_001</Id></CryptoModuleInfo>
    <Key Id="${id}" Algorithm="${algorithm}"><Issuer>Issuer</Issuer>
      <AlgorithmParameters>${parameters}</AlgorithmParameters><Data>${data}</Data>
      ${policy === "" ? "" : `<Policy>${policy}</Policy>`}
    </Key>
  </KeyPackage>`;
}

/** §4.3: a basic container, without device, parameters and a secret worth the name. */
export const figure2 = container(
  `<KeyPackage><Key Id="12345678" Algorithm="${pskc}:hotp"><Issuer>Issuer-A</Issuer>
   <Data><Secret><PlainValue>MTIzNA==</PlainValue></Secret></Data></Key></KeyPackage>`,
);

/** A key that the two sides derive: the file has a reference only. */
export const figure4 = container(
  keyPackage({ data: zeroCounter, policy: "<KeyUsage>OTP</KeyUsage>" }).replace(
    "<Data>",
    "<KeyProfileId>keyProfile1</KeyProfileId><KeyReference>MasterKeyLabel</KeyReference><Data>",
  ),
);

/** A token and, in a package of its own, its PIN. */
export const figure5 = container(
  keyPackage({
    policy: `<PINPolicy MinLength="4" MaxLength="4" PINKeyId="123456781" PINEncoding="DECIMAL" PINUsageMode="Local"/>
      <KeyUsage>OTP</KeyUsage>`,
  }) +
    keyPackage({
      id: "123456781",
      algorithm: `${pskc}:pin`,
      parameters: '<ResponseFormat Length="4" Encoding="DECIMAL"/>',
      data: "<Secret><PlainValue>MTIzNA==</PlainValue></Secret>",
    }),
);

export const encryptedData = (value: string, cipher = "aes128-cbc") =>
  `<xenc:EncryptionMethod Algorithm="${xenc}${cipher}"/>
   <xenc:CipherData><xenc:CipherValue>
     ${value}
   </xenc:CipherValue></xenc:CipherData>`;

export const figure6Key = Buffer.from("12345678901234567890123456789012", "hex");
export const figure6Head = `<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>
  <MACMethod Algorithm="${dsig}hmac-sha1"><MACKey>${encryptedData(
    "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX",
  )}</MACKey></MACMethod>`;
export const figure6Secret = `<Secret><EncryptedValue>${encryptedData(
  "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
)}</EncryptedValue><ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=
  </ValueMAC></Secret>`;
/** AES-128-CBC under a pre-shared key, with a MAC under a key of its own. */
export const figure6 = container(figure6Head + keyPackage({ data: figure6Secret + zeroCounter }));

export const figure7Passphrase = "qwerty";
/** Under a key that PBKDF2 derives from a passphrase. */
export const figure7 = `<pskc:KeyContainer xmlns:pskc="${pskc}" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"
  xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#" xmlns:xenc="${xenc}" Version="1.0">
  <pskc:EncryptionKey><xenc11:DerivedKey>
    <xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">
      <pkcs5:PBKDF2-params><Salt><Specified>Ej7/PEpyEpw=</Specified></Salt>
        <IterationCount>1000</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params>
    </xenc11:KeyDerivationMethod>
    <xenc:ReferenceList><xenc:DataReference URI="#ED"/></xenc:ReferenceList>
    <xenc11:MasterKeyName>My Password 1</xenc11:MasterKeyName>
  </xenc11:DerivedKey></pskc:EncryptionKey>
  <pskc:MACMethod Algorithm="${dsig}hmac-sha1"><pskc:MACKey>${encryptedData(
    "2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx",
  )}</pskc:MACKey></pskc:MACMethod>
  <pskc:KeyPackage>
    <pskc:DeviceInfo><pskc:Manufacturer>TokenVendorAcme</pskc:Manufacturer><pskc:SerialNo>987654321</pskc:SerialNo></pskc:DeviceInfo>
    <pskc:CryptoModuleInfo><pskc:Id>CM_ID_001</pskc:Id></pskc:CryptoModuleInfo>
    <pskc:Key Algorithm="${pskc}:hotp" Id="123456"><pskc:Issuer>Example-Issuer</pskc:Issuer>
      <pskc:AlgorithmParameters><pskc:ResponseFormat Length="8" Encoding="DECIMAL"/></pskc:AlgorithmParameters>
      <pskc:Data><pskc:Secret><pskc:EncryptedValue Id="ED">${encryptedData(
        "oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f",
      )}</pskc:EncryptedValue><pskc:ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</pskc:ValueMAC></pskc:Secret></pskc:Data>
    </pskc:Key>
  </pskc:KeyPackage>
</pskc:KeyContainer>`;

/** Several packages at once; the last two are keys of one and the same device. */
export const figure10 = container(
  [
    ["654321", "1", "2006-05-01", "2006-05-31"],
    ["123456", "2", "2006-05-01", "2006-05-31"],
    ["9999999", "3", "2006-03-01", "2006-03-31"],
    ["9999999", "4", "2006-04-01", "2006-04-30"],
  ]
    .map(([serial = "", id = "", from, to]) =>
      keyPackage({
        serial,
        id,
        policy: `<StartDate>${from}T00:00:00Z</StartDate><ExpiryDate>${to}T00:00:00Z</ExpiryDate>`,
      }),
    )
    .join(""),
);
