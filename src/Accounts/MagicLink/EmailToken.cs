namespace Heretix.Accounts.MagicLink;

/// <summary>
/// The right to act as the owner of an address, once and for minutes. It stands for an address and not for a user:
/// who has no account yet gets one when the link is used, so that asking leaves no trace of whether there was one.
/// </summary>
internal sealed class EmailToken
{
    /// <summary>A link to sign in by.</summary>
    public const string SignIn = "sign_in";

    /// <summary>A link that makes an account with a password, and signs in.</summary>
    public const string Registration = "registration";

    /// <summary>A token to set a new password by; it signs nobody in.</summary>
    public const string Reset = "password_reset";

    public Guid Id { get; init; }

    public required string Purpose { get; init; }

    /// <summary>The address in its normal form.</summary>
    public required string Email { get; init; }

    /// <summary>The part of the link by which the row is found: 16 random bytes in hex.</summary>
    public required string Selector { get; init; }

    /// <summary>SHA-256 of the part that proves; null until the mail is written, as it is made only then.</summary>
    public byte[]? VerifierHash { get; set; }

    /// <summary>SHA-256 of the cookie of the browser that asked; null where it makes no difference who asked.</summary>
    public byte[]? BindingHash { get; init; }

    /// <summary>
    /// Hash of the password that was chosen at registration; null otherwise. Whoever chose it has not proven the address, so
    /// it becomes the account's only when the link is opened in the same browser, or by somebody who knows the password.
    /// </summary>
    public string? PasswordHash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the mail was handed over; null before.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was used; null while it can be.</summary>
    public DateTimeOffset? ConsumedAt { get; set; }

    /// <summary>When another link of the address was used, which ends this one. Not a matter of clocks: those differ.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
