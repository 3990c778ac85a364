using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Heretix.Estimation;

namespace Heretix.Cli.Input;

/// <summary>Numbers that somebody brings to be aggregated.</summary>
/// <param name="Probabilities">The values are probabilities in [0,1]; otherwise log-odds.</param>
/// <param name="Templates">Values by template as they were given, in the order of the file.</param>
internal sealed record EstimateInput(bool Probabilities, IReadOnlyList<TemplateValues> Templates)
{
    public const string LogitsKey = "logits";
    public const string ProbabilitiesKey = "probabilities";

    /// <summary>The values in log-odds.</summary>
    public IReadOnlyList<TemplateCluster> Clusters =>
        [
            .. Templates.Select(template => new TemplateCluster(
                template.Name,
                Probabilities ? [.. template.Values.Select(LogOdds.FromProbability)] : template.Values
            )),
        ];

    /// <summary>
    /// The seed of a bootstrap for which none is given: the first 8 bytes, big-endian, of the SHA-256 of
    /// <see cref="Canonical"/> in UTF-8. It depends on the numbers alone, so another centre or more iterations see
    /// the same stream of draws.
    /// </summary>
    public ulong DerivedSeed =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical)));

    /// <summary>
    /// <c>hx-estimate|logits</c> (or <c>|probabilities</c>), then for each template, in order, a line feed, its name,
    /// <c>=</c>, and its values joined by commas, each as the 16 hex digits of its IEEE 754 double.
    /// </summary>
    public string Canonical =>
        $"hx-estimate|{(Probabilities ? ProbabilitiesKey : LogitsKey)}"
        + string.Concat(
            Templates.Select(template => $"\n{template.Name}={string.Join(',', template.Values.Select(Bits))}")
        );

    private static string Bits(double value) =>
        BitConverter.DoubleToUInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>The values of one template.</summary>
internal sealed record TemplateValues(string Name, IReadOnlyList<double> Values);
