namespace Heretix.Research.Store;

/// <summary>
/// One measurement per subject at a time, over all processes that use a store. A subject maps to one of 64 files
/// beside the store, held by the kernel's own lock, which vanishes with its process however it dies. Two subjects may
/// share a file: then one process waits for the other, never for itself.
/// </summary>
internal sealed class SubjectLocks(string directory, TimeProvider time)
{
    private const int Stripes = 64;
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = 32;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    private readonly Lock gate = new();
    private readonly HashSet<string> busy = [];
    private readonly Dictionary<int, (FileStream File, int Users)> held = [];

    /// <summary>Waits until nobody else measures <paramref name="subject"/>.</summary>
    /// <param name="onWait">Called once when another one is at it.</param>
    public async ValueTask<IDisposable> AcquireAsync(
        string subject,
        Action? onWait,
        CancellationToken cancellationToken
    )
    {
        for (var waited = false; ; waited = true)
        {
            if (TryAcquire(subject))
                return new Held(this, subject);
            if (!waited)
                onWait?.Invoke();
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private bool TryAcquire(string subject)
    {
        lock (gate)
        {
            if (busy.Contains(subject))
                return false;
            var stripe = Stripe(subject);
            if (held.TryGetValue(stripe, out var holder))
            {
                held[stripe] = (holder.File, holder.Users + 1);
            }
            else
            {
                if (TryLock(stripe) is not { } file)
                    return false;
                held[stripe] = (file, 1);
            }
            busy.Add(subject);
            return true;
        }
    }

    private FileStream? TryLock(int stripe)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{stripe:x2}.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException failure) when ((failure.HResult & 0xFFFF) is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            return null;
        }
    }

    private void Release(string subject)
    {
        lock (gate)
        {
            busy.Remove(subject);
            var stripe = Stripe(subject);
            var (file, users) = held[stripe];
            if (users > 1)
            {
                held[stripe] = (file, users - 1);
                return;
            }
            held.Remove(stripe);
            file.Dispose();
        }
    }

    /// <summary>Subjects are SHA-256 in hex, so their first two digits spread evenly and mean the same everywhere.</summary>
    private static int Stripe(string subject) => Convert.ToInt32(subject[..2], 16) % Stripes;

    private sealed class Held(SubjectLocks owner, string subject) : IDisposable
    {
        private int released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref released, 1) == 0)
                owner.Release(subject);
        }
    }
}
