namespace Heretix.Research.Batch;

/// <summary>One claim of a claims file.</summary>
/// <param name="Id">The file's own id, or <c>line-N</c>.</param>
/// <param name="Claim">The claim, trimmed.</param>
/// <param name="Label">What is known of its truth, in [0,1]; null when the file does not say.</param>
/// <param name="Category">A name to group by; null when the file has none.</param>
/// <param name="Line">Line in the file, from 1.</param>
public sealed record ClaimLine(string Id, string Claim, double? Label, string? Category, int Line);

/// <summary>A claims file that cannot be read; the message names file and line.</summary>
public sealed class ClaimsFileException(string message, Exception? inner = null) : Exception(message, inner);
