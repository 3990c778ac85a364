using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenTelemetry;

namespace Heretix.Platform.Telemetry.Otlp;

/// <summary>Takes out of a span what tells who asked and what for: query strings, addresses, agents, people.</summary>
internal sealed class Discretion : BaseProcessor<Activity>
{
    private static readonly string[] Told =
    [
        "url.query",
        "url.path",
        "url.fragment",
        "http.target",
        "http.url",
        "client.address",
        "client.port",
        "network.peer.address",
        "network.peer.port",
        "http.client_ip",
        "user_agent.original",
        "http.user_agent",
        "enduser.id",
        "user.id",
        "user.email",
        "db.statement.parameters",
    ];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Told)
            data.SetTag(tag, null);
        if (data.GetTagItem("url.full") is string address)
            data.SetTag("url.full", address.Split('?', '#')[0]);
        Redact(data);
        if (data.StatusDescription is { } description && Redaction.Text(description) is var told && told != description)
            data.SetStatus(data.Status, told);
        foreach (ref readonly var recorded in data.EnumerateEvents())
            Redact(in recorded);
    }

    /// <summary>
    /// Libraries record exceptions as events, with messages that repeat what they were given. An event can be neither
    /// changed nor taken back, so its tags are overwritten where they lie; the span has ended, and nobody else writes there.
    /// </summary>
    private static void Redact(ref readonly ActivityEvent recorded)
    {
        foreach (ref readonly var tag in recorded.EnumerateTagObjects())
        {
            if (tag.Value is not string text)
                continue;
            var redacted = Redaction.IsSensitive(tag.Key) ? Redaction.Hidden : Redaction.Text(text);
            if (redacted != text)
                Unsafe.AsRef(in tag) = new(tag.Key, redacted);
        }
    }

    private static void Redact(Activity activity)
    {
        List<(string Key, string Text)>? changed = null;
        foreach (ref readonly var tag in activity.EnumerateTagObjects())
        {
            if (tag.Value is not string text)
                continue;
            var redacted = Redaction.IsSensitive(tag.Key) ? Redaction.Hidden : Redaction.Text(text);
            if (redacted != text)
                (changed ??= []).Add((tag.Key, redacted));
        }
        foreach (var (key, text) in changed ?? [])
            activity.SetTag(key, text);
    }
}
