-- Reads documents from standard input, one after another, and writes each as pandoc's JSON.
-- A document comes as a line "LENGTH FORMAT" and LENGTH bytes; it leaves as a line "ok LENGTH" (or "no LENGTH"
-- with the reason) and LENGTH bytes. The empty table is a reading environment without any file (no network either).
io.stdout:setvbuf("full")

-- `sourcepos` puts a span that only tells a place around every word and every space: nine tenths of the JSON.
-- Neighbours that begin on one line are gathered in one such span; no word changes, nor the line that it stands on.
-- This is done on the text of the JSON: handing pandoc's tree to Lua takes three times as long as reading a document.
-- No document can imitate these marks, because a quotation mark inside a JSON string has a backslash before it.
local SPAN = '{"t":"Span","c":[["",[],[["wrapper","1"],["data-pos","'
local PLACE = '^(%d*:?)[%d:-]*"%]%]%],%[{"t":"(%a+)"()' -- "3:1-3:5"; a line end in the text has none
local WORD = '^,"c":"([^"\\]*)"}%]%]}()'
local SPACE = '^}%]%]}()'

local function gathered(json)
  local out, done = {}, 1 -- what is gathered, and the first byte of `json` after it
  local words, line, stop -- neighbours, the line they begin on, and the first byte after them
  local function close()
    if words and #words > 1 then
      out[#out + 1] = SPAN .. line .. '"]]],[{"t":"Str","c":"' .. table.concat(words) .. '"}]]}'
      done = stop
    end
    words = nil
  end
  local at = json:find(SPAN, 1, true)
  while at do
    local first, kind, rest = json:match(PLACE, at + #SPAN)
    local word, after = " ", nil
    if kind == "Str" then
      word, after = json:match(WORD, rest)
    elseif kind == "Space" then
      after = json:match(SPACE, rest)
    end
    if after and words and at == stop + 1 and line == first then
      words[#words + 1] = word
      stop = after
    elseif after then
      close()
      out[#out + 1] = json:sub(done, at - 1)
      words, line, done, stop = { word }, first, at, after
    end
    at = json:find(SPAN, after or at + 1, true)
  end
  close()
  out[#out + 1] = json:sub(done)
  return table.concat(out)
end

while true do
  local head = io.read("l")
  if not head then break end
  local length, format = head:match("^(%d+) (%S+)$")
  local text = length == "0" and "" or io.read(tonumber(length)) or "" -- to read 0 bytes would wait for the next document
  local read, found = pcall(function()
    return gathered(pandoc.write(pandoc.read(text, format, nil, {}), "json"))
  end)
  if not read then found = tostring(found) end
  io.write((read and "ok " or "no ") .. #found .. "\n", found)
  io.flush()
end
