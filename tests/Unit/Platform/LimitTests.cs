using System.Diagnostics.Metrics;
using System.Net;
using Heretix.Platform.Limits;
using Heretix.Tests.Unit.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Limits in the memory of one process.</summary>
public sealed class LimitTests
{
    private readonly ManualTime time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parallel_requests_against_an_allowance_are_allowed_exactly_that_often()
    {
        var limits = Limits();
        var decisions = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(_ => Task.Run(async () => await limits.TakeAsync("api", "user:1", Stop)))
        );
        decisions.Count(decision => decision.Allowed).ShouldBe(60);
        decisions
            .Where(decision => decision.Allowed)
            .Select(decision => decision.Remaining)
            .Order()
            .ShouldBe(Enumerable.Range(0, 60));
    }

    [Fact]
    public async Task A_window_begins_with_the_first_request_and_gives_the_whole_allowance_back_at_its_end()
    {
        var limits = Limits(("sign_in:Permits", "2"));
        (await limits.TakeAsync("sign_in", "ip:1", Stop)).ShouldBe(
            new LimitDecision(true, 2, 1, TimeSpan.FromMinutes(1))
        );
        time.Advance(TimeSpan.FromSeconds(40));
        (await limits.TakeAsync("sign_in", "ip:1", Stop)).ShouldBe(
            new LimitDecision(true, 2, 0, TimeSpan.FromSeconds(20))
        );
        (await limits.TakeAsync("sign_in", "ip:1", Stop)).ShouldBe(
            new LimitDecision(false, 2, 0, TimeSpan.FromSeconds(20))
        );
        time.Advance(TimeSpan.FromSeconds(20));
        (await limits.TakeAsync("sign_in", "ip:1", Stop)).ShouldBe(
            new LimitDecision(true, 2, 1, TimeSpan.FromMinutes(1))
        );
    }

    [Fact]
    public async Task Keys_and_policies_are_counted_apart()
    {
        var limits = Limits(("api:Permits", "1"), ("streams:Permits", "1"));
        (await limits.TakeAsync("api", "user:1", Stop)).Allowed.ShouldBeTrue();
        (await limits.TakeAsync("api", "user:2", Stop)).Allowed.ShouldBeTrue();
        (await limits.TakeAsync("streams", "user:1", Stop)).Allowed.ShouldBeTrue();
        (await limits.TakeAsync("api", "user:1", Stop)).Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_flood_of_keys_stays_within_bounds_and_sets_nobody_free_who_is_held_back()
    {
        var buckets = new LimitBuckets(1600, time);
        var limits = Limits(buckets, ("api:Permits", "5"));
        for (var i = 0; i < 50; i++)
            await limits.TakeAsync("api", "ip:held", Stop);
        for (var i = 0; i < 100_000; i++)
            await limits.TakeAsync("api", $"ip:flood{i}", Stop);
        buckets.Count.ShouldBeLessThanOrEqualTo(1600);
        (await limits.TakeAsync("api", "ip:held", Stop)).Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task Windows_that_have_ended_make_room_first()
    {
        var buckets = new LimitBuckets(1600, time);
        var limits = Limits(buckets, ("sign_in:Window", "00:00:05"));
        for (var i = 0; i < 1600; i++)
            await limits.TakeAsync("sign_in", $"ip:{i}", Stop);
        time.Advance(TimeSpan.FromSeconds(6));
        for (var i = 0; i < 400; i++)
            await limits.TakeAsync("api", $"ip:{i}", Stop);
        (await limits.TakeAsync("api", "ip:0", Stop)).Remaining.ShouldBe(58);
    }

    [Fact]
    public async Task An_unknown_policy_is_refused_with_those_that_there_are()
    {
        var error = await Should.ThrowAsync<ArgumentException>(async () => await Limits().TakeAsync("apo", "k", Stop));
        error.Message.ShouldContain("there is no limit apo");
        error.Message.ShouldContain("magic_link_ip");
    }

    [Theory]
    [InlineData("api:Permits", "0", "must be from 1")]
    [InlineData("api:Permits", "many", "Permits, a number")]
    [InlineData("api:Window", "60", "a time like")]
    [InlineData("api:Window", "60.00:00:00", "must be from")]
    [InlineData("api:Permit", "5", "a limit has Permits")]
    [InlineData("apo:Permits", "5", "names no limit; there are api")]
    [InlineData("Exempt", "10.0.0.0/8, here", "has here")]
    public void A_wrong_number_in_the_configuration_is_named(string key, string value, string problem)
    {
        var options = Options((key, value));
        var result = new LimitValidation().Validate(null, options);
        result.Failed.ShouldBeTrue();
        string.Join("; ", result.Failures!).ShouldContain(problem);
    }

    [Fact]
    public void Two_policies_of_one_name_are_a_mistake()
    {
        var options = new LimitOptions();
        var policy = new LimitPolicy("twice", 1, TimeSpan.FromMinutes(1), LimitScope.Caller);
        options.Read([policy, policy], new ConfigurationBuilder().Build());
        options.Problems.ShouldBe(["the limit twice is registered twice"]);
    }

    [Fact]
    public void Networks_are_exempt_as_list_or_in_one_line()
    {
        Options(("Exempt", "10.0.0.0/8, 192.0.2.1"))
            .Exempt.ShouldBe([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.1/32")]);
        Options(("Exempt:0", "::1/128"), ("Exempt:1", "127.0.0.0/8")).Exempt.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("192.0.2.7", "ip:192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "ip:192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "ip:2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "ip:2001:db8:1:2::/64")]
    [InlineData("fe80::1%3", "ip:fe80::/64")]
    [InlineData(null, "ip:unknown")]
    public void An_address_is_counted_by_what_belongs_to_one_customer(string? address, string key) =>
        LimitKey.OfAddress(address is null ? null : IPAddress.Parse(address)).ShouldBe(key);

    private RateLimits Limits(params (string, string)[] configuration) =>
        Limits(new LimitBuckets(100_000, time), configuration);

    private static RateLimits Limits(LimitBuckets buckets, params (string, string)[] configuration)
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        return new RateLimits(
            Microsoft.Extensions.Options.Options.Create(Options(configuration)),
            buckets,
            null,
            meters
        );
    }

    private static LimitOptions Options(params (string Key, string Value)[] configuration)
    {
        var options = new LimitOptions();
        options.Read(
            LimitPolicy.House,
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    configuration.Select(pair =>
                        KeyValuePair.Create<string, string?>($"Heretix:Limits:{pair.Key}", pair.Value)
                    )
                )
                .Build()
        );
        return options;
    }
}
