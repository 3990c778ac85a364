using System.Buffers;
using System.Text;
using Heretix.Lake.Files;

namespace Heretix.Lake.DuckDb;

/// <summary>Brings rows into a table value by value, so that no value is ever part of an SQL text.</summary>
internal sealed unsafe class Appender : IRowWriter, IDisposable
{
    private nint _handle;

    internal Appender(DuckDbConnection connection, string table)
    {
        if (Native.AppenderCreate(connection.Handle, null, table, out _handle) != 0)
        {
            DuckDbException refused = Refused();
            Dispose();
            throw refused;
        }
    }

    public void Add(bool? value) => Check(value is { } v ? Native.AppendBool(_handle, v) : Native.AppendNull(_handle));

    public void Add(int? value) => Check(value is { } v ? Native.AppendInt32(_handle, v) : Native.AppendNull(_handle));

    public void Add(long? value) => Check(value is { } v ? Native.AppendInt64(_handle, v) : Native.AppendNull(_handle));

    public void Add(double? value) =>
        Check(value is { } v ? Native.AppendDouble(_handle, v) : Native.AppendNull(_handle));

    /// <summary>A moment as microseconds since 1970 in UTC.</summary>
    public void Add(DateTimeOffset value) =>
        Check(
            Native.AppendTimestamp(_handle, (value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)
        );

    /// <summary>
    /// A text in UTF-8. Half surrogates become U+FFFD, and so does U+0000, which PostgreSQL and many readers of Parquet
    /// do not take.
    /// </summary>
    public void Add(string? value)
    {
        if (value is null)
        {
            Check(Native.AppendNull(_handle));
            return;
        }
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            value = value.Replace('\0', '\uFFFD');
        }
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        Span<byte> utf8 = most <= 1024 ? stackalloc byte[1024] : (rented = ArrayPool<byte>.Shared.Rent(most));
        int length = Encoding.UTF8.GetBytes(value, utf8);
        fixed (byte* bytes = utf8)
        {
            Check(Native.AppendText(_handle, bytes, (ulong)length));
        }
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void EndRow() => Check(Native.AppenderEndRow(_handle));

    /// <summary>Hands the last rows over.</summary>
    internal void Complete() => Check(Native.AppenderClose(_handle));

    public void Dispose()
    {
        if (_handle != 0)
        {
            _ = Native.AppenderDestroy(ref _handle);
        }
    }

    private void Check(int state)
    {
        if (state != 0)
        {
            throw Refused();
        }
    }

    private DuckDbException Refused() => new(DuckDbConnection.Text(Native.AppenderError(_handle)));
}
