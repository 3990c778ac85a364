namespace Heretix.Lake;

/// <summary>One message of a chat as a row of a file beside the lake.</summary>
public sealed record MessageRow
{
    /// <summary>Position in the export, from 0.</summary>
    public required long Sequence { get; init; }

    /// <summary>Wall-clock time without a zone; only date and time are used.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>Who wrote it; null for a notice of the app.</summary>
    public string? Author { get; init; }

    /// <summary>What it is.</summary>
    public required string Kind { get; init; }

    /// <summary>Which medium, where it is one that is known.</summary>
    public string? Media { get; init; }

    /// <summary>Name of the attached file.</summary>
    public string? File { get; init; }

    /// <summary>It was changed after it was sent.</summary>
    public bool Edited { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }
}
