using System.Text.Json;
using Heretix.Accounts.External.Tokens;

namespace Heretix.Accounts.External.Keys;

/// <summary>The keys of an issuer at one moment.</summary>
internal sealed class KeySet(IReadOnlyList<SigningKey> keys)
{
    private const int Most = 100;

    /// <summary>Reads a key set (RFC 7517, section 5); null when there is no key in it that we could use.</summary>
    public static KeySet? TryRead(ReadOnlyMemory<byte> json)
    {
        if (
            StrictJson.Object(json) is not { } set
            || !set.TryGetProperty("keys", out var members)
            || members.ValueKind != JsonValueKind.Array
            || members.GetArrayLength() > Most
        )
            return null;
        var keys = members.EnumerateArray().Select(SigningKey.TryRead).OfType<SigningKey>().ToList();
        return keys.Count > 0 ? new KeySet(keys) : null;
    }

    /// <summary>
    /// The one key for a token: of its id and its algorithm. A token that names no key is for the only one of its
    /// algorithm. Null when there is none, or more than one.
    /// </summary>
    public SigningKey? Find(string? id, string algorithm)
    {
        SigningKey? found = null;
        foreach (var key in keys)
        {
            if (key.Algorithm != algorithm || (id is not null && !string.Equals(key.Id, id, StringComparison.Ordinal)))
                continue;
            if (found is not null)
                return null;
            found = key;
        }
        return found;
    }
}
