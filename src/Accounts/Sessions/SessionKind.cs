namespace Heretix.Accounts.Sessions;

/// <summary>Who holds a session. A token of one kind is worth nothing where the other is read.</summary>
internal static class SessionKind
{
    /// <summary>A browser, by the cookie; it must prove that its unsafe requests were not forged.</summary>
    public const string Browser = "browser";

    /// <summary>An API client, by access tokens and refresh tokens; nobody can make it send what it did not mean to.</summary>
    public const string Api = "api";
}
