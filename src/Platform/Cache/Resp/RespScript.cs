using System.Text;

namespace Heretix.Platform.Cache.Resp;

/// <summary>
/// A script that Redis runs as one step. Each new connection shows it to the server, which tells the hash of its text; it is
/// called by that, and sent whole only before, or when the server has forgotten it.
/// </summary>
internal sealed class RespScript
{
    private readonly RespClient redis;
    private readonly string text;
    private volatile string? hash;

    public RespScript(RespClient redis, string text)
    {
        (this.redis, this.text) = (redis, text);
        redis.Add(this);
    }

    /// <summary>Runs it on one key with at most three arguments; the command is on its way when this returns.</summary>
    public ValueTask<RespValue> RunAsync(string key, params ReadOnlySpan<RespArgument> arguments) =>
        hash is { } known
            ? OrWholeAsync(Send("EVALSHA", known, key, arguments), key, arguments.ToArray())
            : Send("EVAL", text, key, arguments);

    /// <summary>Shows the script to the server.</summary>
    public async ValueTask LoadAsync(RespConnection connection)
    {
        var reply = await connection.SendAsync("SCRIPT", "LOAD", text);
        if (reply.Kind == RespKind.Bulk)
            hash = Encoding.ASCII.GetString(reply.Bytes.Span);
    }

    private ValueTask<RespValue> Send(string verb, string script, string key, ReadOnlySpan<RespArgument> arguments) =>
        arguments.Length switch
        {
            0 => redis.SendAsync(verb, script, 1, key),
            1 => redis.SendAsync(verb, script, 1, key, arguments[0]),
            2 => redis.SendAsync(verb, script, 1, key, arguments[0], arguments[1]),
            3 => redis.SendAsync(verb, script, 1, key, arguments[0], arguments[1], arguments[2]),
            _ => throw new ArgumentException("a script takes at most three arguments", nameof(arguments)),
        };

    private async ValueTask<RespValue> OrWholeAsync(ValueTask<RespValue> byHash, string key, RespArgument[] arguments)
    {
        var reply = await byHash;
        return reply.Kind == RespKind.Error && reply.Bytes.Span.StartsWith("NOSCRIPT"u8)
            ? await Send("EVAL", text, key, arguments)
            : reply;
    }
}
