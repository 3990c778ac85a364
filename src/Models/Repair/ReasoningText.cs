using System.Text;

namespace Heretix.Models;

/// <summary>Takes a model's reasoning off the front of its answer. One pass each, whatever the text.</summary>
internal static class ReasoningText
{
    private static readonly string[] Tags = ["think", "thinking", "thought", "reasoning", "reflection", "scratchpad"];

    private static readonly string[] AnswerKeys = ["belief", "prob_true", "stance_prob_true", "support_bullets"];

    /// <summary>
    /// Removes tagged reasoning. Nested tags go with the outer one; a tag that is never closed stays, as text; a closing
    /// tag that was never opened takes everything before it, because some servers swallow the opening one.
    /// </summary>
    public static string WithoutTags(string text)
    {
        if (!text.Contains('<'))
            return text;
        var kept = new StringBuilder(text.Length);
        var open = new Stack<(int Tag, int Start)>();
        Span<int> depth = stackalloc int[Tags.Length];
        var from = 0;
        while (from < text.Length)
        {
            var at = text.IndexOf('<', from);
            if (at < 0)
                break;
            kept.Append(text, from, at - from);
            if (TagAt(text, at) is not { } tag)
            {
                kept.Append('<');
                from = at + 1;
                continue;
            }
            from = at + tag.Length;
            if (!tag.Closing)
            {
                open.Push((tag.Index, kept.Length));
                depth[tag.Index]++;
                kept.Append(text, at, tag.Length);
            }
            else if (depth[tag.Index] == 0)
            {
                kept.Clear();
                open.Clear();
                depth.Clear();
            }
            else
            {
                (int Tag, int Start) opened;
                do
                {
                    opened = open.Pop();
                    depth[opened.Tag]--;
                } while (opened.Tag != tag.Index);
                kept.Length = opened.Start;
            }
        }
        return kept.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The text from its first brace or bracket on, leaving out leading objects of reasoning alone.</summary>
    public static string WithoutPrefix(string text)
    {
        var from = 0;
        while (true)
        {
            var start = text.AsSpan(from).IndexOfAny('{', '[');
            if (start < 0)
                return text[from..].TrimStart();
            start += from;
            if (text[start] == '[')
                return text[start..];
            var end = EndOfObject(text, start);
            if (end < 0 || !IsReasoningAlone(text.AsSpan(start, end - start)))
                return text[start..];
            from = end;
        }
    }

    private static bool IsReasoningAlone(ReadOnlySpan<char> json)
    {
        if (!json.Contains("reasoning_content", StringComparison.Ordinal))
            return false;
        foreach (var key in AnswerKeys)
            if (json.Contains(key, StringComparison.Ordinal))
                return false;
        return true;
    }

    /// <summary>Index behind the brace that closes the one at <paramref name="start"/>, or -1.</summary>
    private static int EndOfObject(string text, int start)
    {
        var depth = 0;
        var inString = false;
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            if (inString)
            {
                if (c == '\\')
                    i++;
                else if (c == '"')
                    inString = false;
            }
            else if (c == '"')
                inString = true;
            else if (c == '{')
                depth++;
            else if (c == '}' && --depth == 0)
                return i + 1;
        }
        return -1;
    }

    private static (int Index, bool Closing, int Length)? TagAt(string text, int at)
    {
        var rest = text.AsSpan(at + 1);
        var closing = rest is ['/', ..];
        if (closing)
            rest = rest[1..];
        for (var i = 0; i < Tags.Length; i++)
            if (rest.StartsWith(Tags[i], StringComparison.OrdinalIgnoreCase) && rest[Tags[i].Length..] is ['>', ..])
                return (i, closing, Tags[i].Length + 2 + (closing ? 1 : 0));
        return null;
    }
}
