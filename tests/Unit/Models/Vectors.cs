using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Heretix.Tests.Unit.Models;

/// <summary>Reference vectors: inputs and expected outputs, computed by another implementation.</summary>
internal static class Vectors
{
    public static IReadOnlyList<JsonElement> Cases(string name, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Vectors", name);
        var cases = JsonElement.Parse(File.ReadAllBytes(path)).GetProperty("cases").EnumerateArray().ToList();
        cases.ShouldNotBeEmpty();
        return cases;
    }
}
