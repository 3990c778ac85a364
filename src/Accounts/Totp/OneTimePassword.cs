using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heretix.Accounts.Totp;

/// <summary>
/// Codes that change with the time: TOTP (RFC 6238) over HOTP (RFC 4226) with HMAC-SHA-1, six digits and steps of 30 seconds,
/// which is what every app for codes takes without being told otherwise.
/// </summary>
internal static class OneTimePassword
{
    /// <summary>Bytes of a secret: as long as the hash, as RFC 4226, section 4, recommends.</summary>
    public const int SecretBytes = 20;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Seconds for which a code is shown.</summary>
    public const int StepSeconds = 30;

    /// <summary>Steps before and after the present one whose codes are taken too: clocks differ, and people type slowly.</summary>
    private const int Window = 1;

    private const int Modulus = 1_000_000;

    /// <summary>A new secret from the operating system's generator.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The number of the step that a moment is in.</summary>
    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step, six digits.</summary>
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The RFC's function. What is known against SHA-1, collisions, is nothing against HMAC.
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        // Dynamic truncation, RFC 4226, section 5.3.
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        return (number % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step near the present one that a code belongs to; null when there is none. Takes the same time for every code.
    /// </summary>
    /// <param name="secret">The secret of the user.</param>
    /// <param name="code">Six digits.</param>
    /// <param name="now">The present.</param>
    /// <param name="after">The last step whose code was taken; it and those before it are used up. Null for none.</param>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long? after)
    {
        var shown = Encoding.ASCII.GetBytes(code);
        var present = StepAt(now);
        long? matched = null;
        for (var step = present - Window; step <= present + Window; step++)
        {
            var same = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), shown);
            if (same && (after is null || step > after))
                matched ??= step;
        }
        return matched;
    }

    /// <summary>Reads a code as people type it, also in two groups; false for what is not six digits.</summary>
    public static bool TryRead(string? text, out string code)
    {
        code = (text ?? "").Replace(" ", "", StringComparison.Ordinal);
        return code.Length == Digits && code.All(char.IsAsciiDigit);
    }
}
