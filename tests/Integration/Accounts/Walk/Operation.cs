using System.Text.Json;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts.Walk;

/// <summary>One method of one path of the API document.</summary>
internal sealed record Operation(HttpMethod Method, string Path)
{
    public bool NamesSomething => Path.Contains('{', StringComparison.Ordinal);

    public bool HasBody => Method == HttpMethod.Post || Method == HttpMethod.Put || Method == HttpMethod.Patch;

    /// <summary>All that the server's own document describes.</summary>
    public static async Task<IReadOnlyList<Operation>> AllAsync(HeretixHost host)
    {
        using var client = host.Client();
        using var document = JsonDocument.Parse(
            await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken)
        );
        return
        [
            .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
            from method in path.Value.EnumerateObject()
            select new Operation(HttpMethod.Parse(method.Name), path.Name),
        ];
    }

    /// <summary>A request for the thing of this id, with an empty object for a body.</summary>
    public HttpRequestMessage Request(string? id = null)
    {
        var path = NamesSomething
            ? Path[..Path.IndexOf('{', StringComparison.Ordinal)]
                + id
                + Path[(Path.IndexOf('}', StringComparison.Ordinal) + 1)..]
            : Path;
        var request = new HttpRequestMessage(Method, new Uri(path, UriKind.Relative));
        if (HasBody)
            request.Content = new StringContent("{}", null, "application/json");
        return request;
    }

    public override string ToString() => $"{Method} {Path}";
}
