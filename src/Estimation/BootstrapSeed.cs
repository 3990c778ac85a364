using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Estimation;

/// <summary>
/// The bootstrap's seed, derived from what was measured: whoever has the same samples and settings draws the same
/// numbers, without the seed having been written down.
/// </summary>
public static class BootstrapSeed
{
    /// <summary>The first 8 bytes, big-endian, of the SHA-256 of <see cref="Canonical"/> in UTF-8.</summary>
    /// <inheritdoc cref="Canonical"/>
    public static ulong Derive(
        string claim,
        string model,
        string promptVersion,
        int k,
        int r,
        IEnumerable<string> templateHashes,
        int iterations,
        Center center = Center.Trimmed,
        double trim = 0.2
    )
    {
        string text = Canonical(claim, model, promptVersion, k, r, templateHashes, iterations, center, trim);
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The text that is hashed.</summary>
    /// <param name="claim">The claim as it was asked.</param>
    /// <param name="model">The model that answered.</param>
    /// <param name="promptVersion">Full version of the prompt bank.</param>
    /// <param name="k">Slots K.</param>
    /// <param name="r">Replicates per slot R.</param>
    /// <param name="templateHashes">Hashes of the templates with valid samples; order and repetitions do not matter.</param>
    /// <param name="iterations">Bootstrap replications B.</param>
    /// <param name="center">How template means become one number.</param>
    /// <param name="trim">The trim, in [0, 0.5).</param>
    internal static string Canonical(
        string claim,
        string model,
        string promptVersion,
        int k,
        int r,
        IEnumerable<string> templateHashes,
        int iterations,
        Center center,
        double trim
    )
    {
        ArgumentNullException.ThrowIfNull(templateHashes);
        TrimmedMean.RequireTrim(trim, nameof(trim));
        string hashes = string.Join(',', templateHashes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        string centerName = center == Center.Trimmed ? "trimmed" : "mean";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"RPL-G5|model={model}|prompt={promptVersion}|claim={claim}|K={k}|R={r}|center={centerName}|trim={PythonRepr(trim)}|B={iterations}|templates={hashes}"
        );
    }

    // Both languages print the shortest digits that read back; Python keeps ".0" and a lower-case exponent.
    private static string PythonRepr(double trim)
    {
        string digits = trim.ToString("R", CultureInfo.InvariantCulture);
        return digits.Contains('E', StringComparison.Ordinal) ? digits.Replace('E', 'e')
            : digits.Contains('.', StringComparison.Ordinal) ? digits
            : digits + ".0";
    }
}
