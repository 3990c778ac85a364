namespace Heretix.Rpl.Prompts;

/// <summary>
/// A text and the line it stands on. A class and not a value tuple, because
/// collections of reference types are compiled ahead of time and those of our own value types are not.
/// </summary>
internal sealed record BankText(string Text, int Line);
