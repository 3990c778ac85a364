namespace Heretix.Accounts.Users;

/// <summary>A person with an account. What they may use is answered by billing.</summary>
public sealed class User
{
    /// <summary>The status of an account that can be used.</summary>
    public const string Active = "active";

    /// <summary>The status of an account whose owner has left: nobody is let in, and it can be restored for a time.</summary>
    public const string Leaving = "leaving";

    /// <summary>Id (version 7 UUID).</summary>
    public Guid Id { get; init; }

    /// <summary>
    /// Address in lower case, at most 320 characters, unique; null for who came by the token of an issuer that has none.
    /// </summary>
    public string? Email { get; set; }

    /// <summary><c>active</c>, or why the account is closed.</summary>
    public string Status { get; set; } = Active;

    /// <summary>Hash of the password, with its salt and parameters; null for who signs in otherwise.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>When the account was made (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
