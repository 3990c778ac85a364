namespace Heretix.Rpl.Reading;

/// <summary>A result in plain words, composed by rule: the same figures always give the same text.</summary>
/// <param name="Label"><c>Likely true</c>, <c>Likely false</c>, <c>Uncertain</c>, <c>Resolved true</c> or <c>Resolved false</c>.</param>
/// <param name="VerdictText">The label in upper case.</param>
/// <param name="Headline">One sentence; begins with the word "Mock" when no model was asked.</param>
/// <param name="BodyParagraphs">What the number means, how sure it is, what to do about it: at most three.</param>
/// <param name="Bullets">The figures behind it, at most four short lines.</param>
/// <param name="Summary">Claim and result on one line.</param>
public sealed record ResultReading(
    string Label,
    string VerdictText,
    string Headline,
    IReadOnlyList<string> BodyParagraphs,
    IReadOnlyList<string> Bullets,
    string Summary
);
