using Microsoft.AspNetCore.Http.HttpResults;

namespace Heretix.Platform.Http;

/// <summary>Collects what is wrong with a request, by the names that its members have on the wire.</summary>
/// <example><code>
/// var problem = new Validation().Check(request.K * request.R &lt;= 256, "K", "times R must be at most 256").Problem;
/// </code></example>
public sealed class Validation
{
    private readonly SortedDictionary<string, List<string>> errors = new(StringComparer.Ordinal);

    /// <summary>Nothing was wrong so far.</summary>
    public bool IsValid => errors.Count == 0;

    /// <summary>422 with everything that was wrong; null when nothing was.</summary>
    public ProblemHttpResult? Problem =>
        IsValid ? null : Http.Problem.Invalid(errors.ToDictionary(error => error.Key, error => error.Value.ToArray()));

    /// <summary>Notes an error of a member.</summary>
    /// <param name="member">Its name, or path (<c>items[0].k</c>), on the wire.</param>
    /// <param name="message">The rest of the sentence that begins with the member: <c>must be at most 64</c>.</param>
    public Validation Add(string member, string message)
    {
        if (!errors.TryGetValue(member, out var messages))
            errors[member] = messages = [];
        messages.Add(message);
        return this;
    }

    /// <summary>Notes the error unless the rule holds.</summary>
    public Validation Check(bool holds, string member, string message) => holds ? this : Add(member, message);

    /// <summary>A text that is there, not only blank, and not too long (in characters, as UTF-16 counts them).</summary>
    public Validation Text(string? value, string member, int longest) =>
        string.IsNullOrWhiteSpace(value)
            ? Add(member, "must not be empty")
            : Check(value.Length <= longest, member, $"must be at most {longest} characters");

    /// <summary>A number in a closed range; null is left to the member's type.</summary>
    public Validation Range(long? value, string member, long smallest, long largest) =>
        Check(
            value is null || (value >= smallest && value <= largest),
            member,
            $"must be from {smallest} to {largest}"
        );

    /// <summary>One of a few names.</summary>
    public Validation OneOf(string? value, string member, params ReadOnlySpan<string> names) =>
        value is null || names.Contains(value) ? this : Add(member, $"must be one of {string.Join(", ", names!)}");
}
