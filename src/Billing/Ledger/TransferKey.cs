using System.Text.RegularExpressions;

namespace Heretix.Billing.Ledger;

/// <summary>
/// What a transfer is made once for: whoever repeats a key repeats nothing else. It is kept when the account is erased, so
/// it is made of the id of a thing (an order, a job, a provider's refund) and never of a person's.
/// </summary>
public readonly partial record struct TransferKey
{
    internal const int LongestText = 200;

    private TransferKey(string text) => Text = text;

    /// <summary>As it is stored, for example <c>unlock:019c1385-…</c>.</summary>
    public string Text { get; }

    /// <summary>A key for a thing of ours.</summary>
    /// <param name="kind">What is done, in lower case: <c>unlock</c>.</param>
    /// <param name="id">Of what it is done for.</param>
    public static TransferKey Of(string kind, Guid id) => Of(kind, id.ToString("D"));

    /// <summary>A key for a thing of somebody else's, such as a provider's refund.</summary>
    /// <exception cref="ArgumentException">Longer than 200 characters, or with others than letters, digits and <c>_ - . :</c>.</exception>
    public static TransferKey Of(string kind, string id)
    {
        var text = $"{kind}:{id}";
        return text.Length <= LongestText && Form().IsMatch(text)
            ? new TransferKey(text)
            : throw new ArgumentException($"'{text}' cannot be the key of a transfer.", nameof(id));
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    [GeneratedRegex("^[a-z_]+:[A-Za-z0-9_.:-]+$")]
    private static partial Regex Form();
}
