namespace Heretix.Rpl.Prompts;

/// <summary>One prompt as it is sent: the instructions, the user's turn and what identifies them.</summary>
/// <param name="Instructions">System text and answer format, the same for every template of a bank.</param>
/// <param name="User">The paraphrase with the claim in it, and the bank's closing text if it has one.</param>
/// <param name="Sha256">
/// SHA-256 of <c>Instructions + "\n\n" + User</c> in UTF-8, 64 lower-case hexadecimal digits. Templates that compose
/// to the same text have the same hash and so form one cluster.
/// </param>
/// <param name="Length">Characters (Unicode code points) of <c>Instructions + "\n\n" + User</c>.</param>
/// <param name="TemplateIndex">Position of the paraphrase in its bank, from 0.</param>
public sealed record ComposedPrompt(string Instructions, string User, string Sha256, int Length, int TemplateIndex);
