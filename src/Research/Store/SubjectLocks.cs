namespace Heretix.Research.Store;

/// <summary>
/// One holder per subject at a time, over all processes that use a store. A subject maps to a file beside the store,
/// held by the kernel's own lock, which vanishes with its process however it dies. Subjects may share a file: then one
/// process waits for the other, never for itself. Whoever holds a lock here must not wait for another one here.
/// </summary>
/// <param name="fileOf">The file of a subject, without folder and ending.</param>
internal sealed class SubjectLocks(string directory, Func<string, string> fileOf, TimeProvider time)
{
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = 32;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    private readonly Lock gate = new();
    private readonly HashSet<string> busy = [];
    private readonly Dictionary<string, Holder> held = [];

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

    /// <summary>Takes the lock when it is free; null when somebody holds it.</summary>
    public IDisposable? TryTake(string subject) => TryAcquire(subject) ? new Held(this, subject) : null;

    private bool TryAcquire(string subject)
    {
        lock (gate)
        {
            if (busy.Contains(subject))
                return false;
            var stripe = fileOf(subject);
            if (held.TryGetValue(stripe, out var holder))
            {
                holder.Users++;
            }
            else
            {
                if (TryLock(stripe) is not { } file)
                    return false;
                held[stripe] = new Holder(file);
            }
            busy.Add(subject);
            return true;
        }
    }

    private FileStream? TryLock(string stripe)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, stripe + ".lock");
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
            var stripe = fileOf(subject);
            var holder = held[stripe];
            if (--holder.Users > 0)
                return;
            held.Remove(stripe);
            holder.File.Dispose();
        }
    }

    private sealed class Holder(FileStream file)
    {
        public FileStream File { get; } = file;

        public int Users { get; set; } = 1;
    }

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
