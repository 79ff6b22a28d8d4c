/**
 * What the handshake of a phone's stream offers for protocols (RFC 6455 §1.9): first the stream's, which the server picks, then
 * the request's proof (method GET, the URL with https or http) behind the prefix, because a browser's handshake has no header of
 * ours. Apart from phone-api.ts, so that the app needs no schemas for it.
 */
export const phoneStreamProtocol = "phone-stream.v1.holdfast";
export const proofProtocolPrefix = "dpop.holdfast.";
