using System.Text;
using Microsoft.Extensions.AI;

namespace Heretix.Models;

/// <summary>What a dialect gathers from an answer, whole or event by event.</summary>
internal sealed class WireReply
{
    private StringBuilder? refusal;

    public string? Id { get; set; }

    public string? Model { get; set; }

    public ChatFinishReason? Finish { get; set; }

    public long? TokensIn { get; set; }

    public long? TokensOut { get; set; }

    public long? ReasoningTokens { get; set; }

    public long? CachedTokens { get; set; }

    /// <summary>Characters of the answer so far, for estimates.</summary>
    public long Length { get; private set; }

    /// <summary>The text since it was last taken.</summary>
    public StringBuilder Pending { get; } = new();

    /// <summary>A stream has said that it is complete.</summary>
    public bool Complete { get; set; }

    /// <summary>Nothing more will come, so reading may stop.</summary>
    public bool Closed { get; set; }

    public string? Refusal => refusal?.ToString();

    public void Append(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        Length += text.Length;
        Pending.Append(text);
    }

    public void Refuse(string? words)
    {
        refusal ??= new StringBuilder();
        refusal.Append(words);
        Length += words?.Length ?? 0;
        Finish = ChatFinishReason.ContentFilter;
    }

    public string TakeText()
    {
        var text = Pending.ToString();
        Pending.Clear();
        return text;
    }
}
