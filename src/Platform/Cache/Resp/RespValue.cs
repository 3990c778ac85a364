using System.Text;

namespace Heretix.Platform.Cache.Resp;

/// <summary>What a reply of Redis is.</summary>
internal enum RespKind : byte
{
    /// <summary>There is no reply: no connection, it broke, or the time was over. Whether the command took effect is unknown.</summary>
    Unavailable,

    /// <summary>A null bulk string or array.</summary>
    Null,

    /// <summary>A status such as <c>OK</c>.</summary>
    Status,

    /// <summary>The server refused the command.</summary>
    Error,

    /// <summary>A signed 64-bit number.</summary>
    Integer,

    /// <summary>Bytes.</summary>
    Bulk,

    /// <summary>A list of replies.</summary>
    Array,
}

/// <summary>A reply of Redis. Failures are values too: nothing that talks to a cache should have to catch exceptions.</summary>
internal readonly struct RespValue
{
    private readonly object? content;

    private RespValue(RespKind kind, long integer, object? content) =>
        (Kind, Integer, this.content) = (kind, integer, content);

    public static RespValue Unavailable => default;

    public static RespValue Null { get; } = new(RespKind.Null, 0, null);

    public RespKind Kind { get; }

    /// <summary>The number of an <see cref="RespKind.Integer"/>, else 0.</summary>
    public long Integer { get; }

    /// <summary>The bytes of a bulk string, status or error, else empty.</summary>
    public ReadOnlyMemory<byte> Bytes => content as byte[];

    /// <summary>The members of an array, else empty.</summary>
    public ReadOnlySpan<RespValue> Items => content as RespValue[];

    public bool IsOk => Kind == RespKind.Status && Bytes.Span.SequenceEqual("OK"u8);

    public static RespValue Of(long integer) => new(RespKind.Integer, integer, null);

    public static RespValue Bulk(byte[] bytes) => new(RespKind.Bulk, 0, bytes);

    public static RespValue Status(byte[] text) => new(RespKind.Status, 0, text);

    public static RespValue Error(byte[] text) => new(RespKind.Error, 0, text);

    public static RespValue Array(RespValue[] items) => new(RespKind.Array, 0, items);

    /// <summary>The reply in words, for logs of errors; never a value.</summary>
    public string Describe() =>
        Kind is RespKind.Error or RespKind.Status ? Encoding.UTF8.GetString(Bytes.Span) : Kind.ToString();
}
