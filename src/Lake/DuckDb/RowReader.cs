namespace Heretix.Lake.DuckDb;

/// <summary>Streams the rows of one statement, a chunk at a time; a large result never lies in memory as a whole.</summary>
internal sealed unsafe class RowReader : IDisposable
{
    private readonly ValueReader[] _readers;
    private readonly Vector[] _vectors;
    private Native.Result _result;
    private nint _chunk;
    private ulong _size;
    private ulong _row;
    private bool _disposed;

    private RowReader(Native.Result result)
    {
        _result = result;
        int columns = (int)Native.ColumnCount(ref _result);
        _readers = new ValueReader[columns];
        _vectors = new Vector[columns];
        Names = new string[columns];
        for (int i = 0; i < columns; i++)
        {
            Names[i] = DuckDbConnection.Text(Native.ColumnName(ref _result, (ulong)i));
            nint type = Native.ColumnLogicalType(ref _result, (ulong)i);
            _readers[i] = ValueReader.For(type);
            Native.DestroyLogicalType(ref type);
        }
    }

    internal string[] Names { get; }

    internal IReadOnlyList<ValueReader> Columns => _readers;

    /// <exception cref="DuckDbException">The statement is not right or failed.</exception>
    internal static RowReader Start(nint connection, string sql)
    {
        int prepared = Native.Prepare(connection, sql, out nint statement);
        try
        {
            return prepared == 0
                ? Start(statement)
                : throw new DuckDbException(DuckDbConnection.Text(Native.PrepareError(statement)));
        }
        finally
        {
            Native.DestroyPrepare(ref statement);
        }
    }

    /// <exception cref="DuckDbException">The statement failed.</exception>
    internal static RowReader Start(nint statement)
    {
        _ = Native.PendingStreaming(statement, out nint pending);
        try
        {
            if (Native.ExecutePending(pending, out Native.Result result) != 0)
            {
                string message = DuckDbConnection.Text(Native.ResultError(ref result));
                if (message.Length == 0)
                {
                    message = DuckDbConnection.Text(Native.PendingError(pending));
                }
                Native.DestroyResult(ref result);
                throw new DuckDbException(message);
            }
            return new RowReader(result);
        }
        finally
        {
            Native.DestroyPending(ref pending);
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="DuckDbException">The statement failed on the way.</exception>
    internal bool Read()
    {
        if (++_row < _size)
        {
            return true;
        }
        do
        {
            Native.DestroyDataChunk(ref _chunk);
            _chunk = Native.FetchChunk(_result);
            if (_chunk == 0)
            {
                _size = 0;
                byte* error = Native.ResultError(ref _result);
                return error is null || *error == 0 ? false : throw new DuckDbException(DuckDbConnection.Text(error));
            }
            _size = Native.DataChunkSize(_chunk);
        } while (_size == 0);
        for (int i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = new Vector(Native.DataChunkVector(_chunk, (ulong)i));
        }
        _row = 0;
        return true;
    }

    /// <summary>A value of the current row, as <see cref="ValueReader"/> says; null for NULL.</summary>
    internal object? Value(int column) => _readers[column].Read(_vectors[column], _row);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Native.DestroyDataChunk(ref _chunk);
            Native.DestroyResult(ref _result);
        }
    }
}
