using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Query;

/// <summary>
/// Stops a connection's statements once a token is cancelled. DuckDB forgets an interrupt that comes just before a
/// statement starts, so it is repeated until this is disposed.
/// </summary>
internal sealed class RepeatedInterrupt : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly DuckDbConnection _duckDb;
    private readonly CancellationTokenRegistration _registration;
    private readonly Lock _gate = new();
    private Timer? _timer;
    private bool _closed;

    internal RepeatedInterrupt(DuckDbConnection duckDb, CancellationToken cancellationToken)
    {
        _duckDb = duckDb;
        _registration = cancellationToken.UnsafeRegister(static i => ((RepeatedInterrupt)i!).Begin(), this);
    }

    /// <summary>Returns when no interrupt is under way, so that the connection may be closed.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        lock (_gate)
        {
            _closed = true;
            _timer?.Dispose();
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _timer = new Timer(static i => ((RepeatedInterrupt)i!).Interrupt(), this, TimeSpan.Zero, Pause);
            }
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _duckDb.Interrupt();
            }
        }
    }
}
