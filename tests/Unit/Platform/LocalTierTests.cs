using Heretix.Platform.Cache;
using Heretix.Tests.Unit.Models;

namespace Heretix.Tests.Unit.Platform;

/// <summary>The memory of a process is bounded and keeps what is read.</summary>
public sealed class LocalTierTests
{
    private readonly ManualTime time = new();
    private readonly KindCounters counters = new("k");

    [Fact]
    public void An_entry_counts_until_its_time_is_over()
    {
        var tier = new LocalTier(10, 1_000_000, time);
        Add(tier, "k:1", seconds: 10);
        time.Advance(TimeSpan.FromSeconds(9.9));
        tier.TryGet<int>("k:1", out _).ShouldBeTrue();
        tier.TryGet<int>("k:1".AsSpan(), out _).ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(0.1));
        tier.TryGet<int>("k:1", out _).ShouldBeFalse();
    }

    [Fact]
    public void An_entry_of_another_type_is_not_found()
    {
        var tier = new LocalTier(10, 1_000_000, time);
        Add(tier, "k:1");
        tier.TryGet<string>("k:1", out _).ShouldBeFalse();
    }

    [Fact]
    public void Entries_and_bytes_stay_within_their_bounds_whatever_comes()
    {
        var tier = new LocalTier(100, 50_000, time);
        var chance = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            Add(tier, $"k:{chance.Next(1000)}", size: chance.Next(2000), seconds: chance.Next(20));
            if (chance.Next(5) == 0)
                tier.Evict($"k:{chance.Next(1000)}");
            tier.TryGet<int>($"k:{chance.Next(1000)}", out _);
            time.Advance(TimeSpan.FromMilliseconds(chance.Next(50)));
            tier.Count.ShouldBeLessThanOrEqualTo(100);
            tier.Bytes.ShouldBeInRange(0, 50_000);
        }
        tier.EvictTag("*");
        (tier.Count, tier.Bytes).ShouldBe((0, 0L));
    }

    [Fact]
    public void A_flood_of_keys_that_are_read_once_leaves_those_that_are_read_again()
    {
        var tier = new LocalTier(100, 1_000_000, time);
        for (var i = 0; i < 20; i++)
            Add(tier, $"k:hot{i}");
        for (var i = 0; i < 10_000; i++)
        {
            tier.TryGet<int>($"k:hot{i % 20}", out _);
            Add(tier, $"k:cold{i}");
        }
        Enumerable.Range(0, 20).Count(i => tier.TryGet<int>($"k:hot{i}", out _)).ShouldBe(20);
    }

    [Fact]
    public void Replacing_one_entry_for_ever_takes_no_more_room()
    {
        var tier = new LocalTier(50, 1_000_000, time);
        for (var i = 0; i < 10_000; i++)
            Add(tier, "k:same", size: 100);
        tier.Count.ShouldBe(1);
        tier.Bytes.ShouldBeLessThan(1000);
        tier.Waiting.ShouldBeLessThanOrEqualTo(101);
    }

    [Fact]
    public void What_has_expired_goes_when_others_come_without_a_timer()
    {
        var tier = new LocalTier(1000, 1_000_000, time);
        for (var i = 0; i < 100; i++)
            Add(tier, $"k:old{i}", seconds: 1);
        time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 50; i++)
            Add(tier, $"k:new{i}", seconds: 100);
        tier.Count.ShouldBe(50);
    }

    [Fact]
    public void An_entry_that_would_push_out_much_is_not_kept()
    {
        var tier = new LocalTier(100, 80_000, time);
        Add(tier, "k:1", size: 20_000);
        tier.Count.ShouldBe(0);
    }

    [Fact]
    public void What_was_read_before_an_eviction_is_not_kept_after_it()
    {
        var tier = new LocalTier(10, 1_000_000, time);
        var (before, other) = (tier.Epoch("k:1"), tier.Epoch("k:2"));
        tier.Evict("k:1");
        tier.Set(new LocalEntry<int>("k:1", 1, 1, long.MaxValue, [], counters), before);
        tier.Set(new LocalEntry<int>("k:2", 1, 1, long.MaxValue, [], counters), other);
        tier.TryGet<int>("k:1", out _).ShouldBeFalse();
        tier.TryGet<int>("k:2", out _).ShouldBeTrue();
        other = tier.Epoch("k:2");
        tier.EvictTag("anything");
        tier.Set(new LocalEntry<int>("k:3", 1, 1, long.MaxValue, [], counters), other);
        tier.TryGet<int>("k:3", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_tag_removes_what_carries_it_and_nothing_else()
    {
        var tier = new LocalTier(100, 1_000_000, time);
        Add(tier, "k:1", tags: ["a", "b"]);
        Add(tier, "k:2", tags: ["b"]);
        Add(tier, "k:3");
        tier.EvictTag("a");
        tier.TryGet<int>("k:1", out _).ShouldBeFalse();
        tier.Count.ShouldBe(2);
    }

    private void Add(LocalTier tier, string key, int size = 10, double seconds = 60, string[]? tags = null)
    {
        var expires = time.GetTimestamp() + (long)(seconds * time.TimestampFrequency);
        tier.Set(new LocalEntry<int>(key, 1, size, expires, tags ?? [], counters), tier.Epoch(key));
    }
}
