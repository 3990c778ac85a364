namespace Heretix.Accounts.External.Tokens;

/// <summary>What is wrong with a token; for the log, not for who sent it.</summary>
internal enum TokenFault
{
    /// <summary>It is no token, or has a claim that is not of its type.</summary>
    Unreadable,

    /// <summary>It is a token for something else, such as a logout.</summary>
    Kind,

    /// <summary>It is signed by an algorithm that is not allowed.</summary>
    Algorithm,

    /// <summary>It is of another issuer.</summary>
    Issuer,

    /// <summary>It was made for somebody else.</summary>
    Audience,

    /// <summary>It was given to somebody else.</summary>
    AuthorizedParty,

    /// <summary>It has no subject, or one that is too long.</summary>
    Subject,

    /// <summary>It has expired, or never does.</summary>
    Expired,

    /// <summary>It is of the future, or does not say of when it is.</summary>
    NotYet,

    /// <summary>The issuer has no such key.</summary>
    Key,

    /// <summary>The signature is not the issuer's.</summary>
    Signature,
}
