namespace Heretix.Accounts.External.Tokens;

/// <summary>What a token is shown for.</summary>
internal enum TokenUse
{
    /// <summary>An ID token that proves, once, who somebody is.</summary>
    Identity,

    /// <summary>A token that comes with every request.</summary>
    Bearer,
}
