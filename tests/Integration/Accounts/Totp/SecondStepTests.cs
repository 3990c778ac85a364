using System.Net;
using System.Text.Json;
using Heretix.Accounts.Retention;
using Heretix.Platform.Jobs;
using Heretix.Tests.Integration.Accounts.Leaving;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Totp;

/// <summary>Signing in with a second factor: by link, by password, for tokens; and everything that must not.</summary>
public sealed class SecondStepTests(AccountsHost accounts, PostgresCluster postgres) : IClassFixture<AccountsHost>
{
    private const string Page = "/api/auth/totp/challenge";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HeretixHost Host => accounts.Host;

    [Fact]
    public async Task A_link_leads_people_to_a_page_for_the_code_and_that_signs_in()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var visitor = Host.Visitor();
        var link = await visitor.AskForLinkAsync(Host, email);
        using (var opened = await visitor.NavigateAsync(link.OriginalString))
        {
            opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
            opened.Headers.Location!.OriginalString.ShouldBe(Page);
        }
        visitor.Cookie("heretix_session").ShouldBeNull();
        (await visitor.StatusAsync()).ShouldBe(401);
        using (var page = await visitor.NavigateAsync(Page))
        {
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            page.Headers.GetValues("Referrer-Policy").ShouldBe(["strict-origin"]);
            var html = await page.Content.ReadAsStringAsync(Stop);
            html.ShouldContain("autocomplete=\"one-time-code\"");
            html.ShouldNotContain(visitor.Cookie("heretix_challenge")!);
        }
        using (var wrong = await SendAsync(visitor, app.Wrong()))
        {
            wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await wrong.Content.ReadAsStringAsync(Stop)).ShouldContain("role=\"alert\"");
        }
        using (var elsewhere = await SendAsync(visitor, app.Next(), "https://evil.example"))
            elsewhere.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var right = await SendAsync(visitor, app.Code()))
        {
            right.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
            right.Headers.Location!.OriginalString.ShouldBe("http://127.0.0.1:3000/?signed=1");
        }
        (await visitor.StatusAsync()).ShouldBe(200);
        visitor.Cookie("heretix_challenge").ShouldBeNull();
        using (var gone = await visitor.NavigateAsync(Page))
            gone.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var used = await visitor.Client.GetAsync(link, Stop);
        (await AccountsHost.ErrorOf(used)).ShouldBe("token_used");
    }

    [Fact]
    public async Task By_password_and_for_tokens_the_second_step_opens_what_the_first_one_asked_for()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        await Host.SetPasswordAsync(email);
        var (visitor, asked) = await Host.LoginAsync(email);
        using (visitor)
        using (asked)
        {
            (await TwoSteps.NeededAsync(asked)).GetProperty("challenge").ValueKind.ShouldBe(JsonValueKind.Null);
            using var answer = await visitor.VerifyAsync(app.Next());
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            JsonElement
                .Parse(await answer.Content.ReadAsStringAsync(Stop))
                .GetProperty("email")
                .GetString()
                .ShouldBe(email);
            (await visitor.StatusAsync()).ShouldBe(200);
        }
        var (program, needed) = await Host.LoginAsync(email, tokens: true);
        using (program)
        using (needed)
        {
            var challenge = (await TwoSteps.NeededAsync(needed)).GetProperty("challenge").GetString()!;
            using var answer = await program.VerifyAsync(app.Next(), challenge);
            var tokens = await ApiTokens.ReadAsync(answer);
            (await tokens.StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
            (await (await tokens.NextAsync(Host)).StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
        }
        using var linked = await Host.VerifyAsync(app.Next(), await Host.FirstStepForTokensAsync(email));
        (await (await ApiTokens.ReadAsync(linked)).StatusAsync(Host)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_code_works_once_and_one_step_before_and_after_its_time()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        app.Wait();
        app.Wait();
        foreach (
            var (away, ok) in ((int, bool)[])[(-2, false), (2, false), (-1, true), (-1, false), (0, true), (1, true)]
        )
        {
            using var visitor = await Host.FirstStepAsync(email);
            (await visitor.VerifyAsync(app.Code(away)).OutcomeAsync()).ShouldBe(
                ok ? (200, null) : (401, "invalid_code"),
                $"{away} steps away"
            );
        }
        using var late = await Host.FirstStepAsync(email);
        (await late.VerifyAsync(app.Code()).OutcomeAsync()).ShouldBe(
            (401, "invalid_code"),
            "a later code was taken already"
        );
        (await late.VerifyAsync(" ").OutcomeAsync()).ShouldBe((422, "validation_failed"));
        app.Wait(); // Past the step whose code was taken early.
        var (before, after) = (app.Next()[..3], app.Code()[3..]);
        (await late.VerifyAsync($"{before} {after}").OutcomeAsync()).ShouldBe((200, null));
    }

    [Fact]
    public async Task A_challenge_is_good_only_for_the_client_that_began()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var visitor = await Host.FirstStepAsync(email);
        var cookie = visitor.Cookie("heretix_challenge")!;
        var challenge = await Host.FirstStepForTokensAsync(email);
        var code = app.Next();
        using var other = Host.Visitor();
        (await other.VerifyAsync(code).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        (await other.VerifyAsync(code, cookie).OutcomeAsync()).ShouldBe(
            (401, "invalid_challenge"),
            "what a cookie holds is no challenge of an API client"
        );
        other.Plant("heretix_challenge", challenge);
        (await other.VerifyAsync(code).OutcomeAsync()).ShouldBe((401, "invalid_challenge"), "nor the other way round");
        foreach (var nonsense in (string[])["", "x", new string('A', 43)])
            (await other.VerifyAsync(code, nonsense).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        (await visitor.VerifyAsync(code).OutcomeAsync()).ShouldBe((200, null));
        (await visitor.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
    }

    [Fact]
    public async Task A_challenge_ends_after_ten_minutes_and_after_five_wrong_codes()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var slow = await Host.FirstStepAsync(email);
        accounts.Time.Pass(TimeSpan.FromMinutes(10));
        (await slow.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        await PurgeAsync();
        (
            await accounts.ScalarAsync<long>(
                "select count(*) from accounts.sign_in_challenges where expires_at <= now()"
            )
        ).ShouldBe(0);
        using var guesser = await Host.FirstStepAsync(email);
        for (var left = 4; left > 0; left--)
        {
            using var wrong = await guesser.VerifyAsync(app.Wrong());
            ((int)wrong.StatusCode).ShouldBe(401);
            JsonElement
                .Parse(await wrong.Content.ReadAsStringAsync(Stop))
                .GetProperty("attempts_left")
                .GetInt32()
                .ShouldBe(left);
        }
        (await guesser.VerifyAsync(app.Wrong()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        guesser.Cookie("heretix_challenge").ShouldBeNull();
        (await guesser.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
    }

    [Fact]
    public async Task Wrong_codes_are_counted_by_user_over_all_challenges_and_servers_and_recovery_codes_still_work()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        var challenges = new List<string>();
        for (var number = 0; number < 12; number++)
            challenges.Add(await Host.FirstStepForTokensAsync(email));
        var wrong = app.Wrong();
        var guesses = await Task.WhenAll(
            challenges.Select(
                (challenge, number) => (number % 2 == 0 ? Host : elsewhere).VerifyAsync(wrong, challenge).OutcomeAsync()
            )
        );
        guesses.Count(guess => guess == (401, "invalid_code")).ShouldBe(10);
        guesses.Count(guess => guess == (429, "rate_limited")).ShouldBe(2);
        (await Host.NoticeAsync(email)).ShouldBe("second_factor_guessed");

        using (var right = await elsewhere.VerifyAsync(app.Code(1), await Host.FirstStepForTokensAsync(email)))
        {
            ((int)right.StatusCode).ShouldBe(429, "a right one is not looked at either");
            right.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(1, 15);
        }
        (await browser.PostAsync("/api/auth/totp/disable", new { code = app.Code(1) }).OutcomeAsync()).ShouldBe(
            (429, "rate_limited")
        );
        using (var visitor = await Host.FirstStepAsync(email))
            (await visitor.VerifyAsync(app.RecoveryCodes[0]).OutcomeAsync()).ShouldBe((200, null));
        (await Host.NoticeAsync(email)).ShouldBe("recovery_code_used");
        accounts.Time.Pass(TimeSpan.FromMinutes(15));
        using var later = await Host.FirstStepAsync(email);
        (await later.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((200, null));
        Host.Services.GetRequiredService<CapturedMail>().Waiting(email).ShouldBe(0, "it is told once");
    }

    [Fact]
    public async Task Whoever_has_not_proven_the_first_factor_cannot_lock_anybody_out()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        await Host.SetPasswordAsync(email);
        for (var number = 0; number < 12; number++)
        {
            var (stranger, answer) = await Host.LoginAsync(email, password: "a guess of theirs");
            ((int)answer.StatusCode).ShouldBe(401);
            (await stranger.VerifyAsync(app.Wrong()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
            stranger.Dispose();
            answer.Dispose();
        }
        using var visitor = await Host.FirstStepAsync(email);
        (await visitor.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((200, null));
    }

    [Fact]
    public async Task Of_many_answers_at_once_one_opens_a_session_whether_by_one_challenge_or_one_code()
    {
        await using var elsewhere = await accounts.AnotherAsync();
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        var challenges = new List<string>();
        for (var number = 0; number < 6; number++)
            challenges.Add(await Host.FirstStepForTokensAsync(email));

        // One code, six challenges. The five others are five wrong codes.
        var code = app.Next();
        var byCode = await Task.WhenAll(
            challenges.Select(
                (challenge, i) => (i % 2 == 0 ? Host : elsewhere).VerifyAsync(code, challenge).OutcomeAsync()
            )
        );
        byCode.Count(outcome => outcome == (200, null)).ShouldBe(1);
        byCode.Count(outcome => outcome == (401, "invalid_code")).ShouldBe(5);
        (await ApiSessionsAsync(email)).ShouldBe(1);

        // One recovery code, five challenges that are still open.
        var open = challenges.Where((_, i) => byCode[i].Status == 401).ToList();
        var byRecovery = await Task.WhenAll(
            open.Select(
                (challenge, i) =>
                    (i % 2 == 0 ? Host : elsewhere).VerifyAsync(app.RecoveryCodes[0], challenge).OutcomeAsync()
            )
        );
        byRecovery.Count(outcome => outcome == (200, null)).ShouldBe(1);
        (await ApiSessionsAsync(email)).ShouldBe(2);

        (await Host.NoticeAsync(email)).ShouldBe("recovery_code_used");

        // One challenge, codes that are all right.
        var one = await Host.FirstStepForTokensAsync(email);
        var byChallenge = await Task.WhenAll(
            app.RecoveryCodes.Skip(1)
                .Take(6)
                .Select((right, i) => (i % 2 == 0 ? Host : elsewhere).VerifyAsync(right, one).OutcomeAsync())
        );
        byChallenge.Count(outcome => outcome == (200, null)).ShouldBe(1);
        byChallenge.Count(outcome => outcome == (401, "invalid_challenge")).ShouldBe(5);
        (await ApiSessionsAsync(email)).ShouldBe(3);
        (
            await accounts.ScalarAsync<long>(
                $"select count(*) from accounts.recovery_codes c join accounts.users u on u.id = c.user_id where u.email = '{email}'"
            )
        ).ShouldBe(8, "what opened nothing was not used up");
    }

    [Fact]
    public async Task A_reset_of_the_password_keeps_the_second_factor_and_ends_what_is_half_signed_in()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var half = await Host.FirstStepAsync(email);
        await Host.SetPasswordAsync(email);
        (await browser.StatusAsync()).ShouldBe(401);
        (await half.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        var (visitor, answer) = await Host.LoginAsync(email);
        using (visitor)
        using (answer)
        {
            await TwoSteps.NeededAsync(answer);
            (await visitor.VerifyAsync(app.Code()).OutcomeAsync()).ShouldBe((200, null));
        }
    }

    [Fact]
    public async Task Leaving_ends_what_is_half_signed_in_coming_back_keeps_the_factor_and_erasing_leaves_nothing()
    {
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var half = await Host.FirstStepAsync(email);
        var token = await browser.LeaveForTokenAsync(Host, email);
        (await half.VerifyAsync(app.Next()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        (await Host.RestoreAsync(token)).ShouldBeNull();
        (await half.VerifyAsync(app.Code()).OutcomeAsync()).ShouldBe((401, "invalid_challenge"));
        using var back = await Host.FirstStepAsync(email);
        (await back.VerifyAsync(app.Code()).OutcomeAsync()).ShouldBe((200, null));

        using var open = await Host.FirstStepAsync(email);
        var user = await accounts.ScalarAsync<Guid>($"select id from accounts.users where email = '{email}'");
        var person = new Person(user, email, []);
        string[] known =
        [
            "accounts.totp.user_id",
            "accounts.recovery_codes.user_id",
            "accounts.sign_in_challenges.user_id",
        ];
        known.ShouldBeSubsetOf(await person.FindAsync(postgres, accounts.Database));
        await back.LeaveForTokenAsync(Host, email);
        accounts.Time.Pass(TimeSpan.FromDays(31));
        await Host.EraseAsync();
        (await person.FindAsync(postgres, accounts.Database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_comes_of_second_factors_is_counted()
    {
        using var heard = new Heard(Host);
        var (email, browser, app) = await accounts.SetUpAsync();
        using var first = browser;
        using var visitor = await Host.FirstStepAsync(email);
        await visitor.VerifyAsync(app.Wrong()).OutcomeAsync();
        await visitor.VerifyAsync(app.Next()).OutcomeAsync();
        using var other = await Host.FirstStepAsync(email);
        await other.VerifyAsync(app.RecoveryCodes[0]).OutcomeAsync();
        await other.PostAsync("/api/auth/totp/disable", new { code = app.RecoveryCodes[1] }).OutcomeAsync();
        heard.Counts["heretix.second_factors outcome=asked"].ShouldBe(2);
        heard.Counts["heretix.second_factors outcome=wrong"].ShouldBe(1);
        heard.Counts["heretix.second_factors outcome=code"].ShouldBe(1);
        heard.Counts["heretix.second_factors outcome=recovery_code"].ShouldBe(1);
        heard.Counts["heretix.totp.changed change=enabled"].ShouldBe(1);
        heard.Counts["heretix.totp.changed change=disabled"].ShouldBe(1);
        heard.Counts["heretix.sign_ins.completed method=link new_user=False"].ShouldBe(2);
    }

    private Task<long> ApiSessionsAsync(string email) =>
        accounts.ScalarAsync<long>(
            $"select count(*) from accounts.sessions s join accounts.users u on u.id = s.user_id where u.email = '{email}' and s.kind = 'api'"
        );

    private async Task PurgeAsync()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ExpiredRows>()
            .RunAsync(new JobRun(ExpiredRows.Kind, "now", 1, Host.OpenDb), Stop);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        Visitor visitor,
        string code,
        string origin = "http://127.0.0.1:8000"
    )
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["code"] = code });
        return await visitor.NavigateAsync(Page, form, origin);
    }
}
