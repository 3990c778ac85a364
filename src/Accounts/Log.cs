using Heretix.Accounts.External.Tokens;
using Microsoft.Extensions.Logging;

namespace Heretix.Accounts;

/// <summary>What accounts write to the log: ids, never addresses, tokens or agents.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "User {UserId} was created")]
    public static partial void UserCreated(ILogger log, Guid userId);

    [LoggerMessage(3002, LogLevel.Information, "User {UserId} signed in by {Method}: session {SessionId}")]
    public static partial void SignedIn(ILogger log, Guid userId, string method, Guid sessionId);

    [LoggerMessage(3003, LogLevel.Information, "A sign-in by {Method} was refused: {Reason}")]
    public static partial void SignInRefused(ILogger log, string method, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Session {SessionId} was ended by its user {UserId}")]
    public static partial void SessionEnded(ILogger log, Guid sessionId, Guid userId);

    [LoggerMessage(3005, LogLevel.Information, "User {UserId} ended {Count} other sessions")]
    public static partial void OthersEnded(ILogger log, Guid userId, int count);

    [LoggerMessage(3006, LogLevel.Warning, "A request of session {SessionId} was refused as possibly forged: {Reason}")]
    public static partial void Forged(ILogger log, Guid? sessionId, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "The link {TokenId} expired before its mail could be sent")]
    public static partial void LinkNotMailed(ILogger log, Guid tokenId);

    [LoggerMessage(
        3008,
        LogLevel.Information,
        "Removed {Links} old links, {Sessions} ended sessions, {Exports} exports and {Devices} devices"
    )]
    public static partial void Purged(ILogger log, int links, int sessions, int exports, int devices);

    [LoggerMessage(3010, LogLevel.Warning, "The mail of the link {TokenId} was refused for good by the provider")]
    public static partial void LinkRefused(ILogger log, Guid tokenId);

    [LoggerMessage(3011, LogLevel.Information, "Session {SessionId} was given tokens again after a lost answer")]
    public static partial void RefreshedAgain(ILogger log, Guid sessionId);

    [LoggerMessage(
        3012,
        LogLevel.Warning,
        "A used refresh token of session {SessionId} of user {UserId} was shown again: the session was ended"
    )]
    public static partial void RefreshTokenReused(ILogger log, Guid sessionId, Guid userId);

    [LoggerMessage(3013, LogLevel.Information, "User {UserId} set a new password by mail: all sessions were ended")]
    public static partial void PasswordReset(ILogger log, Guid userId);

    [LoggerMessage(
        3040,
        LogLevel.Information,
        "Device {DeviceId} of user {UserId} was replaced: its sessions were ended"
    )]
    public static partial void DeviceReplaced(ILogger log, Guid deviceId, Guid userId);

    [LoggerMessage(
        3041,
        LogLevel.Information,
        "Device {DeviceId} was removed by its user {UserId}: its sessions were ended"
    )]
    public static partial void DeviceRemoved(ILogger log, Guid deviceId, Guid userId);

    [LoggerMessage(3009, LogLevel.Warning, "The active sessions could not be counted; the last figures stay")]
    public static partial void NotCounted(ILogger log, Exception exception);

    [LoggerMessage(3014, LogLevel.Warning, "The keys of the issuer {Issuer} could not be fetched: {Reason}")]
    public static partial void KeysNotFetched(ILogger log, string issuer, string reason);

    [LoggerMessage(3015, LogLevel.Information, "A token of the issuer {Issuer} was refused: {Fault}")]
    public static partial void ExternalTokenRefused(ILogger log, string issuer, TokenFault fault);

    [LoggerMessage(3016, LogLevel.Information, "User {UserId} linked the identity {IdentityId} of {Issuer}")]
    public static partial void IdentityLinked(ILogger log, Guid userId, Guid identityId, string issuer);

    [LoggerMessage(3017, LogLevel.Information, "User {UserId} unlinked the identity {IdentityId}")]
    public static partial void IdentityUnlinked(ILogger log, Guid userId, Guid identityId);

    [LoggerMessage(
        3018,
        LogLevel.Warning,
        "The mail about the identity {IdentityId} was refused for good by the provider"
    )]
    public static partial void IdentityMailRefused(ILogger log, Guid identityId);

    [LoggerMessage(3020, LogLevel.Information, "User {UserId} left; the account can be restored until {EraseAt}")]
    public static partial void UserLeft(ILogger log, Guid userId, DateTimeOffset eraseAt);

    [LoggerMessage(3021, LogLevel.Information, "User {UserId} came back: the account was restored")]
    public static partial void UserRestored(ILogger log, Guid userId);

    [LoggerMessage(3022, LogLevel.Information, "User {UserId} was erased")]
    public static partial void UserErased(ILogger log, Guid userId);

    [LoggerMessage(3023, LogLevel.Error, "User {UserId} could not be erased; it is tried again within the hour")]
    public static partial void NotErased(ILogger log, Guid userId, Exception exception);

    [LoggerMessage(
        3024,
        LogLevel.Warning,
        "The mail of the departure {DepartureId} was refused for good by the provider"
    )]
    public static partial void DepartureMailRefused(ILogger log, Guid departureId);

    [LoggerMessage(
        3030,
        LogLevel.Information,
        "User {UserId} proved the first factor by {Method}: the second is asked for"
    )]
    public static partial void SecondFactorAsked(ILogger log, Guid userId, string method);

    [LoggerMessage(
        3031,
        LogLevel.Information,
        "User {UserId} showed a wrong second factor: {Left} may still be tried in this sign-in"
    )]
    public static partial void SecondFactorWrong(ILogger log, Guid userId, int left);

    [LoggerMessage(3032, LogLevel.Information, "The second factor of user {UserId} was changed: {Change}")]
    public static partial void TotpChanged(ILogger log, Guid userId, string change);

    [LoggerMessage(
        3033,
        LogLevel.Warning,
        "The second factor of user {UserId} was removed by an operator: all sessions were ended"
    )]
    public static partial void TotpReset(ILogger log, Guid userId);

    [LoggerMessage(3034, LogLevel.Warning, "The mail {Kind} to user {UserId} was refused for good by the provider")]
    public static partial void NoticeRefused(ILogger log, Guid userId, string kind);

    [LoggerMessage(3035, LogLevel.Warning, "A request was refused because too many wait for a password to be hashed")]
    public static partial void HashingBusy(ILogger log);

    [LoggerMessage(3025, LogLevel.Information, "The export {ExportId} was built: {Bytes} bytes")]
    public static partial void ExportBuilt(ILogger log, Guid exportId, int bytes);

    [LoggerMessage(
        3026,
        LogLevel.Warning,
        "An operator ended {Count} sessions of user {UserId} (of everybody without one)"
    )]
    public static partial void EndedByOperator(ILogger log, int count, Guid? userId);

    [LoggerMessage(3027, LogLevel.Information, "User {UserId} changed the password: all other sessions were ended")]
    public static partial void PasswordChanged(ILogger log, Guid userId);
}
