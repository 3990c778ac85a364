using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Heretix.Tests.Keys;

/// <summary>A key that signs tokens.</summary>
public sealed class StubKey
{
    private readonly RSA? rsa;
    private readonly ECDsa? ec;

    private StubKey(string id, RSA? rsa, ECDsa? ec) => (Id, this.rsa, this.ec) = (id, rsa, ec);

    public string Id { get; }

    public string Algorithm => rsa is null ? "ES256" : "RS256";

    public static StubKey New(string algorithm, string id, int bits = 2048) =>
        algorithm == "ES256"
            ? new StubKey(id, null, ECDsa.Create(ECCurve.NamedCurves.nistP256))
            : new StubKey(id, RSA.Create(bits), null);

    /// <summary>The header of an honest token.</summary>
    public JsonObject Header() =>
        new()
        {
            ["alg"] = Algorithm,
            ["kid"] = Id,
            ["typ"] = "JWT",
        };

    public string Sign(JsonObject claims, JsonObject? header = null) =>
        Sign((header ?? Header()).ToJsonString(), claims.ToJsonString());

    /// <summary>Signs two texts, whatever they are.</summary>
    public string Sign(string header, string claims)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        var bytes = Encoding.ASCII.GetBytes(input);
        var signature = rsa is not null
            ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ec!.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The public part as a key set has it.</summary>
    public JsonObject Public()
    {
        var key = new JsonObject
        {
            ["kid"] = Id,
            ["use"] = "sig",
            ["alg"] = Algorithm,
        };
        if (rsa is not null)
        {
            var parameters = rsa.ExportParameters(false);
            (key["kty"], key["n"], key["e"]) = ("RSA", Text(parameters.Modulus), Text(parameters.Exponent));
        }
        else
        {
            var point = ec!.ExportParameters(false).Q;
            (key["kty"], key["crv"], key["x"], key["y"]) = ("EC", "P-256", Text(point.X), Text(point.Y));
        }
        return key;
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
}
