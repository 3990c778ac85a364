namespace Heretix.Platform.Limits;

/// <summary>What is known about one key under one policy.</summary>
/// <param name="Count">Requests in the window, refused ones too.</param>
/// <param name="Left">Until the window ends.</param>
internal readonly record struct LimitCount(long Count, TimeSpan Left);

/// <summary>
/// The windows that this process counts. Their number is bounded: when there are too many, those that have ended go, and
/// then those with the fewest requests, so that a flood of fresh keys pushes out other fresh keys and not somebody who is
/// being held back.
/// </summary>
internal sealed class LimitBuckets
{
    private const int Shards = 16;
    private readonly Shard[] shards;
    private readonly TimeProvider time;

    public LimitBuckets(int most, TimeProvider time)
    {
        this.time = time;
        shards = new Shard[Shards];
        for (var i = 0; i < Shards; i++)
            shards[i] = new Shard(Math.Max(8, most / Shards));
    }

    public int Count => shards.Sum(shard => shard.Count);

    /// <summary>Counts one more.</summary>
    public LimitCount Take(LimitPolicy policy, string key) => Of(key).Take((policy.Name, key), policy.Window, time);

    /// <summary>What was counted, without counting.</summary>
    public LimitCount Look(LimitPolicy policy, string key) => Of(key).Look((policy.Name, key), policy.Window, time);

    /// <summary>Learns what the processes have counted together; the higher number holds.</summary>
    public void Learn(LimitPolicy policy, string key, LimitCount shared) =>
        Of(key).Learn((policy.Name, key), shared, time);

    private Shard Of(string key) => shards[(uint)key.GetHashCode() % Shards];

    private sealed class Shard(int most)
    {
        private readonly Lock gate = new();
        private readonly Dictionary<(string Policy, string Key), (long Count, long Ends)> windows = [];

        public int Count
        {
            get
            {
                lock (gate)
                    return windows.Count;
            }
        }

        public LimitCount Take((string, string) key, TimeSpan window, TimeProvider time)
        {
            var now = time.GetTimestamp();
            lock (gate)
            {
                if (!windows.TryGetValue(key, out var known) || known.Ends <= now)
                {
                    if (windows.Count >= most)
                        MakeRoom(now);
                    known = (0, now + Ticks(window, time));
                }
                known.Count++;
                windows[key] = known;
                return new LimitCount(known.Count, time.GetElapsedTime(now, known.Ends));
            }
        }

        public LimitCount Look((string, string) key, TimeSpan window, TimeProvider time)
        {
            var now = time.GetTimestamp();
            lock (gate)
                return windows.TryGetValue(key, out var known) && known.Ends > now
                    ? new LimitCount(known.Count, time.GetElapsedTime(now, known.Ends))
                    : new LimitCount(0, window);
        }

        public void Learn((string, string) key, LimitCount shared, TimeProvider time)
        {
            var now = time.GetTimestamp();
            lock (gate)
            {
                var known = windows.GetValueOrDefault(key);
                // A lower count is one that forgot, or did not see yet what is on its way: then our own window goes on.
                if (known.Ends <= now || shared.Count >= known.Count)
                    windows[key] = (shared.Count, now + Ticks(shared.Left, time));
            }
        }

        private void MakeRoom(long now)
        {
            foreach (var (key, window) in windows)
            {
                if (window.Ends <= now)
                    windows.Remove(key);
            }
            for (var fewest = 1L; windows.Count > most * 3 / 4; fewest *= 2)
            {
                foreach (var (key, window) in windows)
                {
                    if (window.Count <= fewest)
                        windows.Remove(key);
                    if (windows.Count <= most * 3 / 4)
                        break;
                }
            }
        }

        private static long Ticks(TimeSpan span, TimeProvider time) =>
            (long)(span.TotalSeconds * time.TimestampFrequency);
    }
}
