using Heretix.Accounts.External.Issuers;
using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;

namespace Heretix.Tests.Unit.Accounts.External;

/// <summary>Which issuers a configuration names, and what is wrong with it.</summary>
public sealed class IssuerReadingTests
{
    private const string Section = "Heretix:Accounts:Issuers";

    [Fact]
    public void Without_a_word_about_them_there_are_none() => Read().Issuers.ShouldBeEmpty();

    [Fact]
    public void A_variable_is_enough_for_google_apple_and_clerk()
    {
        var reading = Read(
            ("GOOGLE_CLIENT_ID", "one.apps, two.apps"),
            ("APPLE_CLIENT_ID", "org.example.app"),
            ("CLERK_ISSUER", "https://clerk.example.org")
        );
        reading.Problems.ShouldBeEmpty();
        reading.Issuers.Select(issuer => issuer.Name).ShouldBe(["google", "apple", "clerk"]);
        var (google, apple, clerk) = (reading.Issuers[0], reading.Issuers[1], reading.Issuers[2]);
        google.Audiences.ShouldBe(["one.apps", "two.apps"]);
        google.Is("https://accounts.google.com").ShouldBeTrue();
        google.Is("accounts.google.com").ShouldBeTrue();
        google.Is("http://accounts.google.com").ShouldBeFalse();
        google.Is("https://accounts.google.com/").ShouldBeFalse();
        google.KeySetUri.ShouldBeNull("its discovery document says it");
        apple.KeySetUri.ShouldBe(new Uri("https://appleid.apple.com/auth/keys"));
        clerk.KeySetUri.ShouldBe(new Uri("https://clerk.example.org/.well-known/jwks.json"));
        apple.Is("appleid.apple.com").ShouldBeFalse();
        (google.HashedNonce, apple.HashedNonce).ShouldBe((false, true));
        (google.SignIn, google.Bearer, clerk.SignIn, clerk.Bearer).ShouldBe((true, false, false, true));
        clerk.AuthorizedParties.ShouldBe(["https://app.example.org"], "the origin of the application");
        reading.Issuers.ShouldAllBe(issuer => issuer.Algorithms.Single() == "RS256");
    }

    [Fact]
    public void An_issuer_of_the_operator_says_everything_itself()
    {
        var reading = Read(
            ($"{Section}:house:Issuer", "https://id.example.org/realms/house"),
            ($"{Section}:house:Audiences:0", "heretix"),
            ($"{Section}:house:Audiences:1", "heretix-app"),
            ($"{Section}:house:AuthorizedParties", "heretix,heretix-app"),
            ($"{Section}:house:KeySetUri", "https://id.example.org/keys"),
            ($"{Section}:house:Algorithms", "ES256"),
            ($"{Section}:house:Bearer", "true"),
            ($"{Section}:house:RequireNonce", "True"),
            ($"{Section}:house:EmailDomains", "Example.org")
        );
        reading.Problems.ShouldBeEmpty();
        var house = reading.Issuers.ShouldHaveSingleItem();
        house.Audiences.ShouldBe(["heretix", "heretix-app"]);
        house.AuthorizedParties.ShouldBe(["heretix", "heretix-app"]);
        house.KeySetUri.ShouldBe(new Uri("https://id.example.org/keys"));
        house.Algorithms.ShouldBe(["ES256"]);
        house.EmailDomains.ShouldBe(["example.org"]);
        (house.Bearer, house.SignIn, house.RequireNonce, house.HashedNonce, house.VerifiesEmail).ShouldBe(
            (true, true, true, false, true)
        );
    }

    [Theory]
    [InlineData("house:Issuer", "http://id.example.org", "must begin with https://")]
    [InlineData("house:Issuer", "http://127.0.0.1:9", "must begin with https://")]
    [InlineData("house:Issuer", "id.example.org", "write it as https://")]
    [InlineData("house:Issuer", "https://id.example.org/?tenant=1", "write it as https://")]
    [InlineData("house:Issuer", "", "name the issuer")]
    [InlineData("house:Audiences", "", "name the client ids")]
    [InlineData("house:KeySetUri", "http://id.example.org/keys", "must begin with https://")]
    [InlineData("house:KeySetUri", "keys", "is no address")]
    [InlineData("house:Algorithms", "HS256", "neither RS256 nor ES256")]
    [InlineData("house:Algorithms", "RS256,none", "neither RS256 nor ES256")]
    [InlineData("house:Bearer", "perhaps", "neither true nor false")]
    [InlineData("house:SignIn", "false", "both false")]
    [InlineData("house:Audience", "heretix", "no such option")]
    [InlineData("house:EmailDomains", "ada@example.org", "is no domain")]
    [InlineData("house:RequireNonce", "true", "only ID tokens", "house:SignIn", "false")]
    [InlineData("house:VerifiesEmail", "false", "contradict", "house:EmailDomains", "example.org")]
    [InlineData("other:Issuer", "https://id.example.org", "the same issuer", "other:Audiences", "x")]
    [InlineData("My_House:Issuer", "https://other.example.org", "a name has", "My_House:Audiences", "x")]
    public void What_is_wrong_is_named(
        string option,
        string value,
        string problem,
        string? second = null,
        string? secondValue = null
    )
    {
        var values = new Dictionary<string, string?>
        {
            [$"{Section}:house:Issuer"] = "https://id.example.org",
            [$"{Section}:house:Audiences"] = "heretix",
            [$"{Section}:{option}"] = value,
        };
        if (second is not null)
            values[$"{Section}:{second}"] = secondValue;
        var problems = Read([.. values.Select(pair => (pair.Key, pair.Value))]).Problems;
        problems.ShouldContain(
            sentence => sentence.Contains(problem, StringComparison.Ordinal),
            string.Join('\n', problems)
        );
        problems.ShouldAllBe(sentence => sentence.EndsWith('.'));
    }

    [Fact]
    public void A_variable_and_an_option_that_say_the_same_contradict_each_other()
    {
        Read(("GOOGLE_CLIENT_ID", "one"), ($"{Section}:google:Audiences", "two"))
            .Problems.ShouldHaveSingleItem()
            .ShouldBe($"GOOGLE_CLIENT_ID and {Section}:google:Audiences: say it once.");
        Read(("CLERK_ISSUER", "https://clerk.example.org"), ($"{Section}:clerk:Issuer", "https://other.example.org"))
            .Problems.ShouldContain($"CLERK_ISSUER and {Section}:clerk:Issuer: say it once.");
    }

    [Fact]
    public void A_bearer_for_anybody_is_refused()
    {
        Read(
            ($"{Section}:house:Issuer", "https://id.example.org"),
            ($"{Section}:house:SignIn", "false"),
            ($"{Section}:house:Bearer", "true")
        )
            .Problems.ShouldHaveSingleItem()
            .ShouldContain("name Audiences or AuthorizedParties");
    }

    [Fact]
    public void On_a_desk_an_issuer_may_be_on_this_machine()
    {
        var values = new[]
        {
            ($"{Section}:house:Issuer", (string?)"http://127.0.0.1:9000"),
            ($"{Section}:house:Audiences", "x"),
        };
        Read("local", values).Problems.ShouldBeEmpty();
        Read("prod", values).Problems.ShouldHaveSingleItem();
        Read("local", [.. values, ($"{Section}:house:Issuer", "http://id.example.org")])
            .Problems.ShouldHaveSingleItem();
    }

    [Fact]
    public void The_handbook_has_every_option_of_an_issuer()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Heretix.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        var handbook = File.ReadAllText(Path.Combine(folder, "docs", "configuration.md"));
        IssuerSection.Names.ShouldAllBe(option =>
            handbook.Contains($"| `Heretix:Accounts:Issuers:<name>:{option}` |", StringComparison.Ordinal)
        );
    }

    private static IssuerReading Read(params (string Name, string? Value)[] values) => Read("prod", values);

    private static IssuerReading Read(string environment, params (string Name, string? Value)[] values)
    {
        var merged = new Dictionary<string, string?>();
        foreach (var (name, value) in values)
            merged[name] = value;
        return IssuerReading.Of(
            new ServerSettings
            {
                Environment = environment,
                DataFolder = "/tmp",
                AppUrl = new Uri("https://app.example.org/start"),
                ApiUrl = new Uri("https://api.example.org"),
                Configuration = new ConfigurationBuilder().AddInMemoryCollection(merged).Build(),
            }
        );
    }
}
