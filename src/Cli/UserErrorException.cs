namespace Heretix.Cli;

/// <summary>Wrong input that is explained to the user in one message, without a stack trace.</summary>
internal sealed class UserErrorException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
