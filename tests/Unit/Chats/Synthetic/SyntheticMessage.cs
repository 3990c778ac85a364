using Heretix.Chats;

namespace Heretix.Tests.Unit.Chats.Synthetic;

/// <summary>A message as it must come out of the parser.</summary>
/// <param name="Time">Cut to what the form shows.</param>
/// <param name="Author">Null for a notice.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="Edited">It carries the mark of a change.</param>
internal sealed record SyntheticMessage(DateTime Time, string? Author, MessageKind Kind, string Text, bool Edited);
