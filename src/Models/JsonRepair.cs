using System.Text.Json;

namespace Heretix.Models;

/// <summary>What was found in a text: the object, if any, and how far it had to be searched for.</summary>
/// <param name="Object">A JSON object, or null when the text holds none.</param>
/// <param name="Warnings">
/// <see cref="JsonRepair.Repaired"/> when the text was more than JSON; empty for a clean answer.
/// </param>
public sealed record JsonExtraction(JsonElement? Object, IReadOnlyList<string> Warnings);

/// <summary>
/// Finds the JSON object in what a model wrote around it: fences, reasoning, wrappers, trailing words. Never throws, and
/// takes time in proportion to the text.
/// </summary>
public static class JsonRepair
{
    /// <summary>Warning: the object had to be cut out of a longer text.</summary>
    public const string Repaired = "json_repaired_simple";
}
