using System.Net;
using System.Text.Json;
using Heretix.Accounts.Totp;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>An app for codes, set up for one account, and the recovery codes that came with it.</summary>
internal sealed class Authenticator(byte[] secret, Func<DateTimeOffset> now, Action<TimeSpan>? pass)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>As the server gave it.</summary>
    public string Secret { get; } = Base32.Encode(secret);

    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];

    /// <summary>What setting it up was answered at last.</summary>
    public JsonElement Confirmed { get; private set; }

    /// <summary>The code of now, or of some steps away.</summary>
    public string Code(int away = 0) => OneTimePassword.CodeOf(secret, OneTimePassword.StepAt(now()) + away);

    /// <summary>A code that was not used before: the clock goes on to the next step, and a bit, so that it does not turn at once.</summary>
    public string Next()
    {
        Wait();
        return Code();
    }

    /// <summary>Goes on to the next step.</summary>
    public void Wait() => pass!(TimeSpan.FromSeconds(30 - now().ToUnixTimeSeconds() % 30) + Slack);

    /// <summary>A code that is wrong now and for a while.</summary>
    public string Wrong()
    {
        var right = Enumerable.Range(-3, 30).Select(away => Code(away)).ToHashSet(StringComparer.Ordinal);
        return Enumerable
            .Range(0, 100)
            .Select(number => number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture))
            .First(code => !right.Contains(code));
    }

    /// <summary>An app for a secret that was typed.</summary>
    public static Authenticator Of(string secret, Func<DateTimeOffset> now) => new(Decode(secret), now, pass: null);

    /// <summary>Begins to set up an app for whoever is signed in.</summary>
    public static async Task<Authenticator> BeginAsync(
        HttpClient client,
        Func<DateTimeOffset> now,
        Action<TimeSpan>? pass = null
    )
    {
        using var begun = await client.PostAsync("/api/auth/totp", null, Stop);
        begun.StatusCode.ShouldBe(HttpStatusCode.OK, await begun.Content.ReadAsStringAsync(Stop));
        var answer = JsonElement.Parse(await begun.Content.ReadAsStringAsync(Stop));
        var text = answer.GetProperty("secret").GetString()!;
        answer.GetProperty("otpauth_uri").GetString()!.ShouldContain($"secret={text}&issuer=Heretix");
        var app = new Authenticator(Decode(text), now, pass);
        app.Secret.ShouldBe(text);
        return app;
    }

    /// <summary>Confirms it by its present code.</summary>
    public async Task<Authenticator> ConfirmAsync(HttpClient client, int away = 0)
    {
        using var confirmed = await client.PostAsJsonAsync("/api/auth/totp/confirm", new { code = Code(away) }, Stop);
        confirmed.StatusCode.ShouldBe(HttpStatusCode.OK, await confirmed.Content.ReadAsStringAsync(Stop));
        Confirmed = JsonElement.Parse(await confirmed.Content.ReadAsStringAsync(Stop));
        RecoveryCodes = [.. Confirmed.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)];
        return this;
    }

    /// <summary>Sets an app up for a signed-in browser.</summary>
    public static async Task<Authenticator> SetUpAsync(Visitor visitor, ShiftedTime time) =>
        await (await BeginAsync(visitor.Client, time.GetUtcNow, time.Pass)).ConfirmAsync(visitor.Client);

    private static byte[] Decode(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            if ((Base32.Alphabet.IndexOf(text[bit / 5], StringComparison.Ordinal) >> (4 - bit % 5) & 1) == 1)
                bytes[bit / 8] |= (byte)(0x80 >> bit % 8);
        }
        return bytes;
    }
}
