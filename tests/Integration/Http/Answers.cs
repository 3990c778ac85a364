using System.Text;
using System.Text.Json.Nodes;

namespace Heretix.Tests.Integration.Http;

/// <summary>Reads answers as a strict client would.</summary>
internal static class Answers
{
    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;

    /// <summary>The problem, after checking what every problem has.</summary>
    public static async Task<JsonObject> ProblemAsync(this HttpResponseMessage answer, int status, string error)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(status, text);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", text);
        var problem = JsonNode.Parse(text)!.AsObject();
        ((string?)problem["error"]).ShouldBe(error, text);
        ((int?)problem["status"]).ShouldBe(status);
        ((string?)problem["type"]).ShouldBe("urn:heretix:error:" + error);
        ((string?)problem["title"]).ShouldNotBeNullOrWhiteSpace();
        ((string?)problem["detail"]).ShouldNotBeNullOrWhiteSpace();
        ((string?)problem["request_id"]).ShouldBe(answer.Headers.GetValues("X-Request-Id").Single());
        return problem;
    }

    public static string Header(this HttpResponseMessage answer, string name) =>
        string.Join(
            ", ",
            answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)
                ? values
                : []
        );

    public static Uri Relative(this string address) => new(address, UriKind.Relative);

    public static StringContent AsJson(this string json) => new(json, Encoding.UTF8, "application/json");
}
