using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Heretix.Accounts.External.Tokens;

namespace Heretix.Accounts.External.Keys;

/// <summary>A public key of an issuer (RFC 7517): RSA of 2,048 to 8,192 bits for RS256, or P-256 for ES256.</summary>
internal abstract record SigningKey(string? Id, string Algorithm)
{
    private const int SmallestModulus = 2048 / 8;
    private const int LargestModulus = 8192 / 8;
    private const int LargestExponent = 4;
    private const int Coordinate = 256 / 8;

    /// <summary>Whether a signature over some bytes was made with its private part.</summary>
    public abstract bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>Reads a key; null for one that signs nothing that we take.</summary>
    public static SigningKey? TryRead(JsonElement key)
    {
        try
        {
            if (key.ValueKind != JsonValueKind.Object || !IsForSignatures(key))
                return null;
            var id = StrictJson.Text(key, "kid");
            SigningKey? read = StrictJson.Text(key, "kty") switch
            {
                "RSA" => ReadRsa(key, id),
                "EC" when StrictJson.Text(key, "crv") == "P-256" => ReadEc(key, id),
                _ => null,
            };
            return StrictJson.Text(key, "alg") is { } algorithm && algorithm != read?.Algorithm ? null : read;
        }
        catch (Exception unusable) when (unusable is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static bool IsForSignatures(JsonElement key)
    {
        if (StrictJson.Text(key, "use") is { } use && use != "sig")
            return false;
        return !key.TryGetProperty("key_ops", out var operations)
            || (
                operations.ValueKind == JsonValueKind.Array
                && operations
                    .EnumerateArray()
                    .Any(operation => operation.ValueKind == JsonValueKind.String && operation.ValueEquals("verify"))
            );
    }

    private static Rsa? ReadRsa(JsonElement key, string? id)
    {
        var (modulus, exponent) = (Bytes(key, "n"), Bytes(key, "e"));
        if (modulus.Length is < SmallestModulus or > LargestModulus || modulus[0] == 0)
            return null;
        if (modulus.Length == SmallestModulus && modulus[0] < 0x80)
            return null;
        if (exponent.Length is 0 or > LargestExponent || exponent[^1] % 2 == 0 || exponent is [1])
            return null;
        var read = new Rsa(id, new RSAParameters { Modulus = modulus, Exponent = exponent });
        read.Try();
        return read;
    }

    private static Ec? ReadEc(JsonElement key, string? id)
    {
        var point = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") };
        if (point.X.Length != Coordinate || point.Y.Length != Coordinate)
            return null;
        var read = new Ec(id, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        read.Try();
        return read;
    }

    private static byte[] Bytes(JsonElement key, string name)
    {
        var text = StrictJson.Text(key, name) ?? throw StrictJson.Wrong(name);
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
            ? bytes[..written]
            : throw StrictJson.Wrong(name);
    }

    private sealed record Rsa(string? Id, RSAParameters Parameters) : SigningKey(Id, "RS256")
    {
        /// <summary>The objects of the framework are not safe for parallel use, and making one costs little.</summary>
        public override bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            using var rsa = RSA.Create(Parameters);
            return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        /// <exception cref="CryptographicException">It is no key.</exception>
        public void Try() => RSA.Create(Parameters).Dispose();
    }

    private sealed record Ec(string? Id, ECParameters Parameters) : SigningKey(Id, "ES256")
    {
        public override bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            using var ec = ECDsa.Create(Parameters);
            return ec.VerifyData(
                data,
                signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation
            );
        }

        /// <exception cref="CryptographicException">It is no point of the curve.</exception>
        public void Try() => ECDsa.Create(Parameters).Dispose();
    }
}
