using System.Globalization;
using System.Text.Json;

namespace Heretix.Tests.Unit.Estimation;

/// <summary>
/// Reference vectors made with NumPy 1.24.2 and Python 3.11.2: one theory row per case, so that no case can be skipped
/// unseen. Integers above 2^53 are strings.
/// </summary>
internal static class Vectors
{
    /// <summary>Exponentials, logarithms and powers may differ by an ulp between libraries; sums of few terms follow.</summary>
    public const double Tolerance = 1e-12;

    public static TheoryData<int> Rows(string file)
    {
        int count = Cases(file).GetArrayLength();
        if (count == 0)
            throw new InvalidOperationException($"{file} holds no case.");
        return [.. Enumerable.Range(0, count)];
    }

    public static JsonElement Case(string file, int index) => Cases(file)[index];

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    public static int[] Integers(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetInt32())];

    public static double? NullableDouble(this JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetDouble() : null;

    public static string Text(this JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    public static ulong Seed(this JsonElement parent, string name) =>
        ulong.Parse(parent.Text(name), CultureInfo.InvariantCulture);

    /// <summary>Equality of all 64 bits, except that both zeros are one.</summary>
    public static void ShouldBeBitwise(this double actual, double expected) =>
        BitConverter.DoubleToInt64Bits(actual + 0.0).ShouldBe(BitConverter.DoubleToInt64Bits(expected + 0.0));

    private static JsonElement Cases(string file) =>
        JsonSerializer
            .Deserialize<JsonElement>(
                File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Estimation", "Vectors", file))
            )
            .GetProperty("cases");
}
