using System.Text;

namespace Heretix.Platform.Cache.Resp;

/// <summary>
/// A script that Redis runs as one step. Redis itself tells the hash of its text at the first use; from then on it is
/// called by that, and sent whole again only to a server that does not know it.
/// </summary>
internal sealed class RespScript(string text)
{
    private string? hash;
    private int asked;

    /// <summary>Runs it on one key; the command is on its way when this returns.</summary>
    public ValueTask<RespValue> RunAsync(RespClient redis, string key, params ReadOnlySpan<RespArgument> arguments)
    {
        if (hash is { } known)
            return OrWholeAsync(redis, Send(redis, "EVALSHA", known, key, arguments), key, arguments.ToArray());
        if (Interlocked.Exchange(ref asked, 1) == 0)
            _ = LearnAsync(redis);
        return Send(redis, "EVAL", text, key, arguments);
    }

    private static ValueTask<RespValue> Send(
        RespClient redis,
        string verb,
        string script,
        string key,
        ReadOnlySpan<RespArgument> arguments
    ) =>
        arguments.Length switch
        {
            // Without an array for the usual numbers of arguments.
            0 => redis.SendAsync(verb, script, 1, key),
            1 => redis.SendAsync(verb, script, 1, key, arguments[0]),
            2 => redis.SendAsync(verb, script, 1, key, arguments[0], arguments[1]),
            3 => redis.SendAsync(verb, script, 1, key, arguments[0], arguments[1], arguments[2]),
            _ => throw new ArgumentException("a script takes at most three arguments", nameof(arguments)),
        };

    private async ValueTask<RespValue> OrWholeAsync(
        RespClient redis,
        ValueTask<RespValue> byHash,
        string key,
        RespArgument[] arguments
    )
    {
        var reply = await byHash;
        return reply.Kind == RespKind.Error && reply.Bytes.Span.StartsWith("NOSCRIPT"u8)
            ? await Send(redis, "EVAL", text, key, arguments)
            : reply;
    }

    private async Task LearnAsync(RespClient redis)
    {
        var reply = await redis.SendAsync("SCRIPT", "LOAD", text);
        if (reply.Kind == RespKind.Bulk)
            hash = Encoding.ASCII.GetString(reply.Bytes.Span);
        else
            asked = 0;
    }
}
