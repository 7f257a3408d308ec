-- Reads documents from standard input, one after another, and writes each as pandoc's JSON.
-- A document comes as a line "LENGTH FORMAT" and LENGTH bytes; it leaves as a line "ok LENGTH" (or "no LENGTH"
-- with the reason) and LENGTH bytes. The empty table is a reading environment without any file (no network either).
io.stdout:setvbuf("full")
while true do
  local head = io.read("l")
  if not head then break end
  local length, format = head:match("^(%d+) (%S+)$")
  local text = io.read(tonumber(length)) or ""
  local read, found = pcall(function()
    return pandoc.write(pandoc.read(text, format, nil, {}), "json")
  end)
  if not read then found = tostring(found) end
  io.write((read and "ok " or "no ") .. #found .. "\n", found)
  io.flush()
end
