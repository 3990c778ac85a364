namespace Heretix.Platform.PrivatePostgres;

/// <summary>The server's own PostgreSQL could not be started; the message says why and what to do.</summary>
public sealed class PrivatePostgresException : Exception
{
    internal PrivatePostgresException(string message, Exception? inner = null)
        : base(message, inner) { }
}
