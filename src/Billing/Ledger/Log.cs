using Microsoft.Extensions.Logging;

namespace Heretix.Billing.Ledger;

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A transfer ({Type}) was refused: its key {Key} stands for a transfer with another content"
    )]
    public static partial void KeyTaken(ILogger log, string type, string key);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Clawback {Transfer} found too few coins: {Receivable} are owed by that account now"
    )]
    public static partial void Owed(ILogger log, Guid transfer, long receivable);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Moved coins: {Type}, transfer {Transfer}")]
    public static partial void Moved(ILogger log, string type, Guid transfer);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The ledger is wrong: {Kind} of {Subject} is {Stored}, by the postings {Computed}"
    )]
    public static partial void Difference(ILogger log, string kind, string subject, string stored, string computed);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The ledger adds up: {Accounts} accounts, {Transfers} transfers"
    )]
    public static partial void Clean(ILogger log, long accounts, long transfers);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last audit of the ledger could not be read")]
    public static partial void NotRead(ILogger log, Exception error);
}
