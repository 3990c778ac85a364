using Heretix.Billing;
using Heretix.Billing.Ledger;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Billing;

/// <summary>What people read when their coins do not reach.</summary>
public sealed class CoinProblemTests
{
    [Fact]
    public void It_says_what_is_missing_and_where_more_is_to_be_had()
    {
        var settings = new ServerSettings
        {
            Environment = "test",
            DataFolder = "/nowhere",
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder().Build(),
        };
        var answer = new CoinProblem(settings, Options.Create(new BillingOptions())).From(
            new TransferOutcome.NotEnoughCoins(new Coins(400), new Coins(50)),
            "trial"
        );
        answer.StatusCode.ShouldBe(402);
        answer.ProblemDetails.Detail.ShouldBe("This costs 400 coins, and the balance is 50. Buy coins to go on.");
        foreach (
            var (member, value) in new (string, object)[]
            {
                ("error", "not_enough_coins"),
                ("required", 400L),
                ("available", 50L),
                ("deficit", 350L),
                ("plan", "trial"),
                ("credits_url", "http://127.0.0.1:3000/credits"),
            }
        )
            answer.ProblemDetails.Extensions[member].ShouldBe(value);
    }

    [Theory]
    [InlineData("unlock", "019c1385-1a2b-7c3d-8e4f-5a6b7c8d9e0f", true)]
    [InlineData("clawback", "re_3PqX.1:2", true)]
    [InlineData("clawback", "someone@example.org", false)]
    [InlineData("clawback", "", false)]
    [InlineData("Clawback", "re_1", false)]
    public void A_key_is_made_of_a_kind_and_an_id_and_of_nobody(string kind, string id, bool can)
    {
        if (can)
            TransferKey.Of(kind, id).Text.ShouldBe($"{kind}:{id}");
        else
            Should.Throw<ArgumentException>(() => TransferKey.Of(kind, id));
    }

    [Fact]
    public void There_are_no_fewer_coins_than_none()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new Coins(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => new Coins(Coins.Most + 1));
        new Coins(1).ToString().ShouldBe("1 coin");
        new Coins(1600).ToString().ShouldBe("1,600 coins");
    }
}
