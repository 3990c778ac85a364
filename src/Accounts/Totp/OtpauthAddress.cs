namespace Heretix.Accounts.Totp;

/// <summary>The address by which apps for codes take a secret, usually out of a QR code.</summary>
internal static class OtpauthAddress
{
    private const string Issuer = "Heretix";

    /// <summary>The address of a secret.</summary>
    /// <param name="secret">In base32.</param>
    /// <param name="email">The account, as the app shows it.</param>
    public static string Of(string secret, string email) =>
        $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(email)}?secret={secret}&issuer={Issuer}"
        + $"&algorithm=SHA1&digits={OneTimePassword.Digits}&period={OneTimePassword.StepSeconds}";
}
