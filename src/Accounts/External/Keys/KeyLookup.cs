namespace Heretix.Accounts.External.Keys;

/// <summary>What came of looking for a key.</summary>
internal abstract record KeyLookup
{
    /// <summary>The key.</summary>
    public sealed record Found(SigningKey Key) : KeyLookup;

    /// <summary>The issuer has no such key, as far as is known.</summary>
    public sealed record Unknown : KeyLookup;

    /// <summary>It cannot be said, because the issuer could not be asked.</summary>
    /// <param name="RetryAfter">When it is asked again.</param>
    public sealed record Unavailable(TimeSpan RetryAfter) : KeyLookup;
}
