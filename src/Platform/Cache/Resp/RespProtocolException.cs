namespace Heretix.Platform.Cache.Resp;

/// <summary>The bytes are not a reply in RESP2, or larger than what is taken. The connection cannot be read any further.</summary>
internal sealed class RespProtocolException(string message) : Exception(message);
