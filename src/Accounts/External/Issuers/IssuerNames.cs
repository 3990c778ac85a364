namespace Heretix.Accounts.External.Issuers;

/// <summary>The issuers that need nothing but a client id.</summary>
internal static class IssuerNames
{
    public const string Google = "google";
    public const string Apple = "apple";
    public const string Clerk = "clerk";
}
