namespace Heretix.Platform.Http.Paging;

/// <summary>A page of a list, newest first.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
/// <param name="Items">The rows of this page.</param>
/// <param name="NextCursor">Give it as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
