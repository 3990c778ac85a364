namespace Heretix.Lake;

/// <summary>The lake could not be written or merged; the message says which file and why.</summary>
public class LakeException : Exception
{
    internal LakeException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}

/// <summary>A query was refused or failed. The message is one line, in DuckDB's words where they are DuckDB's.</summary>
public sealed class LakeQueryException : LakeException
{
    internal LakeQueryException(string message)
        : base(message) { }
}
